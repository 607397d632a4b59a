import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type CspLogLine, readLogFiles } from '../src/testing/log-files.ts';
import { until } from '../src/testing/until.ts';
import type { Console } from './console-under-test.ts';
import { VIOLATION, watchBrowser } from './watch-browser.ts';

export type PolicyMode = 'report' | 'enforce';

export const POLICY_HEADERS = { report: 'content-security-policy-report-only', enforce: 'content-security-policy' };

/** Opens a page in a browser context of its own. @returns it with what its browser complains of. */
export async function openWatched(browser: Browser, baseURL: string) {
  const context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  await watchBrowser(context, complaints);
  context.setDefaultTimeout(20_000);
  return {
    page: await context.newPage(),
    complaints,
    violations: () => complaints.filter((complaint) => complaint.startsWith(VIOLATION)),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Puts into a page what does not keep to its policy: whoever saw no violation before would have seen one. */
export async function expectNoticed(
  mode: PolicyMode,
  { page, violations }: Awaited<ReturnType<typeof openWatched>>,
  running: Console,
): Promise<void> {
  await test.step('what does not keep to the policy is noticed, reported and in the log, alone', async () => {
    expect(await addInlineScript(page)).toBe(mode === 'report');
    await expect.poll(violations).toEqual([expect.stringContaining(`(${mode}): script-src-elem inline`)]);
    await until('the report is in the log', () => ownLines(running).length > 0);
    expect(ownLines(running)).toMatchObject([
      {
        csp: {
          disposition: mode,
          directive: 'script-src-elem',
          blocked_kind: 'inline',
          sample: 'window.ran = true',
        },
      },
    ]);
  });
}

/** Lines of the CSP log about the console's own pages. */
const ownLines = ({ dataDir, url }: Console): CspLogLine[] =>
  readLogFiles(join(dataDir, 'csp-log')).filter(({ csp }) => String(csp?.document).startsWith(url));

/** Lets the next answer for a page hold what an attacker would put there. @returns whether it ran. */
async function addInlineScript(page: Page): Promise<boolean> {
  await page.route('/connectors', async (route) => {
    const answer = await route.fetch();
    const body = `${await answer.text()}<script>window.ran = true</script>`;
    await route.fulfill({ response: answer, body });
  });
  await page.goto('/connectors');
  return page.evaluate(() => 'ran' in window);
}
