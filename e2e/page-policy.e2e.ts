import { join } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type CspLogLine, readLogFiles } from '../src/testing/log-files.ts';
import { until } from '../src/testing/until.ts';
import { addressesOf, pageRoutes } from './console-pages.ts';
import { type Console, runConsole } from './console-under-test.ts';
import {
  arrive,
  openOverlays,
  pressEverything,
  seeErrorPages,
  seePageOfTheApi,
  setUp,
  walkInside,
} from './walk-console.ts';
import { VIOLATION, watchBrowser } from './watch-browser.ts';

const POLICY_HEADERS = { report: 'content-security-policy-report-only', enforce: 'content-security-policy' };

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

async function openWatched(browser: Browser, baseURL: string) {
  const context = await browser.newContext({ baseURL, viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  await watchBrowser(context, complaints);
  context.setDefaultTimeout(20_000);
  return {
    page: await context.newPage(),
    violations: () => complaints.filter((complaint) => complaint.startsWith(VIOLATION)),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

for (const mode of ['report', 'enforce'] as const) {
  const pages = mode === 'report' ? 'every page of the console, and what opens on it,' : 'the console';
  test(`with CSP_MODE ${mode} ${pages} keeps to its policy`, async ({ browser }) => {
    test.setTimeout(400_000);
    await runConsole({ CSP_MODE: mode }, async (running) => {
      await using watched = await openWatched(browser, running.url);
      const { page, violations } = watched;
      const made = await test.step('the first account', () => setUp(page, running));
      // What is opened and pressed meets the same rules in both modes: once is enough.
      for (const route of mode === 'report' ? pageRoutes() : ['/connectors', '/csp', '/webhooks/[id]']) {
        for (const address of addressesOf(route, made)) {
          await test.step(address, async () => {
            const answer = await page.goto(address);
            expect(answer?.headers()).toHaveProperty(POLICY_HEADERS[mode]);
            await arrive(page);
            await pressEverything(page, address);
          });
          expect(violations(), address).toEqual([]);
        }
      }
      await test.step('what comes over a page', () => openOverlays(page, made.connector));
      await test.step('the way through the console', () => walkInside(page));
      await test.step('the page of the API', () => seePageOfTheApi(page));
      await test.step('pages that fail', () => seeErrorPages(page, running));
      expect(violations()).toEqual([]);

      await test.step('and what does not keep to it is noticed, reported and in the log, alone', async () => {
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
    });
  });
}

test('every answer has a nonce of its own, on what the page runs, and is kept by nobody', async ({ request }) => {
  await runConsole({}, async ({ url }) => {
    const nonces = new Set<string>();
    for (const path of ['/sign-in', '/sign-in', '/no-such-page', '/api/docs', '/api/docs']) {
      const answer = await request.get(url + path, {
        headers: { 'x-nonce': 'mine', 'content-security-policy': "script-src 'nonce-mine'" },
      });
      const headers = answer.headers();
      const [, nonce = ''] = /script-src [^;]*'nonce-([\w+/=]{22,})'/.exec(headers[POLICY_HEADERS.enforce] ?? '') ?? [];
      const scripts = (await answer.text()).match(/<script[^>]*>/g) ?? [];
      expect(scripts.length, path).toBeGreaterThan(1);
      expect(
        scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`)),
        path,
      ).toEqual([]);
      expect(headers['cache-control'], path).toContain('no-store');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(5);
  });
});
