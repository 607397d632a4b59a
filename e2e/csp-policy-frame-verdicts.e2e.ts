import { expect, type Page, test } from '@playwright/test';
import { z } from 'zod';
import { matchPolicies } from '../src/core/csp/policy/match.ts';
import { until } from '../src/testing/until.ts';
import { loggedOf, startVerdictSite, type VerdictSite } from './verdict-site.ts';

const SHOP = 'https://shop.example';

let site: VerdictSite;
let page: Page;

test.beforeAll(async () => {
  site = await startVerdictSite();
});
test.afterAll(() => site[Symbol.asyncDispose]());
test.beforeEach(async () => {
  const context = await site.browser.newContext();
  page = await context.newPage();
});
test.afterEach(() => page.context().close());

const LISTS = [
  "'none'",
  '',
  "'self'",
  '*',
  'http:',
  'https:',
  'shop.example',
  'https://shop.example',
  'http://shop.example',
  'https://shop.example/',
  'https://shop.example/other/',
  '*.example',
  'shop.example:*',
  'SHOP.example',
  'a.example',
  'a_b.example',
  'data:',
  'blob:',
  'wss:',
  'wss://shop.example',
  "'unsafe-inline'",
  "'unsafe-inline' *",
  "'self' b.example",
  "'nonce-abc'",
];
const policyOf = (list: string) => `frame-ancestors ${list}; report-uri /report`;
const REPORT = z.object({ 'csp-report': z.object({ 'original-policy': z.string() }) });

/** Shows a page with each list in a frame of a site. @returns the reports of those that were blocked, by the list. */
async function frameUnder(top: string): Promise<Map<string, string>> {
  const before = site.reports.length;
  const inside = LISTS.map((list) =>
    site.address('https://a.example', {
      policies: policyOf(list),
      body: '<script>top.postMessage("shown", "*")</script>',
    }),
  );
  await page.goto(site.address(top, {}));
  await page.evaluate((urls) => {
    Object.assign(window, { shown: 0 });
    addEventListener('message', () => Object.assign(window, { shown: Reflect.get(window, 'shown') + 1 }));
    document.body.append(...urls.map((src) => Object.assign(document.createElement('iframe'), { src })));
  }, inside);
  // Each frame is shown or reported.
  await until('all frames have ended', async () => {
    const shown = await page.evaluate((): number => Reflect.get(window, 'shown'));
    return shown + site.reports.length - before === LISTS.length;
  });
  return new Map(
    site.reports.slice(before).map((body) => [REPORT.parse(JSON.parse(body))['csp-report']['original-policy'], body]),
  );
}

test('the ancestors of a framed page, which Chromium does not report, are judged as it judges them', async () => {
  const sure = new Map<string, string>();
  for (const top of ['https://shop.example', 'http://shop.example:8080', 'https://a.example', 'https://a_b.example']) {
    const blocked = await frameUnder(top);
    const reported = loggedOf(blocked.get(policyOf("'none'")) ?? '');
    expect(reported).toMatchObject({
      directive: 'frame-ancestors',
      blocked: 'https://a.example/',
      document: 'https://a.example/',
    });
    for (const list of LISTS) {
      const { verdict, why } = matchPolicies(`frame-ancestors ${list}`, reported);
      if (verdict === 'unknown') {
        expect(why).toMatch(/don’t report which site/);
        continue;
      }
      expect(verdict === 'blocked', `${list} on ${top}`).toBe(blocked.has(policyOf(list)));
      sure.set(list, verdict);
    }
  }
  expect(Object.fromEntries(sure)).toEqual({
    "'none'": 'blocked',
    '': 'blocked',
    '*': 'allowed',
    'http:': 'allowed',
    'https://shop.example/other/': 'blocked',
    'a_b.example': 'blocked',
    'data:': 'blocked',
    'blob:': 'blocked',
    'wss:': 'blocked',
    'wss://shop.example': 'blocked',
    "'unsafe-inline'": 'blocked',
    "'unsafe-inline' *": 'allowed',
    "'nonce-abc'": 'blocked',
  });
});

test('Chromium loads the manifest that the verdicts let through', async () => {
  const devtools = await page.context().newCDPSession(page);
  const url = 'https://a.example/dir/app.json';
  const under = async (policies: string) => {
    const before = site.reports.length;
    await page.goto(
      site.address(SHOP, { policies: `${policies}; report-uri /report`, body: `<link rel="manifest" href="${url}">` }),
    );
    const manifest = await devtools.send('Page.getAppManifest');
    const body = manifest.url ? null : await until('the report has come', () => site.reports[before]);
    return body === null ? null : loggedOf(body);
  };
  const reported = await under("default-src 'none'");
  if (!reported) throw new Error('Chromium did not report the manifest.');
  expect(reported).toMatchObject({ directive: 'manifest-src', blocked: url });
  for (const policy of [
    "manifest-src 'none'",
    "manifest-src a.example; default-src 'none'",
    "manifest-src 'self'; default-src *",
    'default-src a.example/dir/',
    'default-src a.example/other/',
    'manifest-src *',
    'manifest-src data:',
  ]) {
    const isBlocked = (await under(policy)) !== null;
    expect(matchPolicies(policy, reported).verdict, policy).toBe(isBlocked ? 'blocked' : 'allowed');
  }
});
