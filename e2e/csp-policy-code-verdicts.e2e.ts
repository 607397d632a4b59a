import { expect, type Page, test } from '@playwright/test';
import { CODE_KINDS, CODE_POLICIES, NONCE, tryCode } from './verdict-code.ts';
import { judge } from './verdict-judge.ts';
import type { Violated } from './verdict-loads.ts';
import { startVerdictSite, type VerdictSite } from './verdict-site.ts';

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

test(`Chromium runs the code that the verdicts say under ${CODE_POLICIES.length} policies`, async () => {
  const reported = await tryCode(page, site, ["default-src 'none'"]);
  const first = CODE_KINDS.map((kind) => reported.find((one) => one.kind === kind));
  expect(CODE_KINDS.filter((_, index) => !first[index])).toEqual([]);
  const found = await tryCode(page, site, CODE_POLICIES);
  const blocked = new Set(found.map((one) => `${one.kind} ${one.originalPolicy}`));
  const wrong = CODE_POLICIES.flatMap((policy) =>
    first.flatMap((one) => (one ? judge(policy, one, blocked.has(`${one.kind} ${policy}`), one.kind) : [])),
  );
  expect(wrong).toEqual([]);
  // What the page's nonce allows is what the verdicts leave to the page.
  const withNonce = found.filter(
    ({ originalPolicy }) =>
      originalPolicy === `script-src 'unsafe-inline' ${NONCE}; style-src 'unsafe-inline' ${NONCE}`,
  );
  expect(withNonce.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['script', 'style']));
  expect(withNonce.map(({ kind }) => kind)).not.toContain('script with a nonce');
});

const TRUSTED = ["'script'", "'SCRIPT'", 'script', "'none'", "* 'script'", ''].map((list) =>
  `require-trusted-types-for ${list}`.trim(),
);
const NAMED = [
  "'none'",
  '*',
  'app',
  'APP',
  "'allow-duplicates'",
  "app 'allow-duplicates'",
  "* 'allow-duplicates'",
  "'none' app",
  "app 'ALLOW-DUPLICATES'",
  'other',
  '',
].map((list) => `trusted-types ${list}`.trim());

test('Chromium keeps to Trusted Types as the verdicts say', async () => {
  const tryAll = async (policies: readonly string[]) => {
    await page.goto(site.address(SHOP, { policies: policies.join(', '), disposition: 'report' }));
    return page.evaluate(async () => {
      const violations: Violated[] = [];
      let load = 0;
      document.addEventListener('securitypolicyviolation', (event) => {
        const { effectiveDirective, blockedURI, documentURI, originalPolicy, disposition, sample } = event;
        violations.push({ load, effectiveDirective, blockedURI, documentURI, originalPolicy, disposition, sample });
      });
      const types: { createPolicy(name: string, rules: object): unknown } = Reflect.get(window, 'trustedTypes');
      const tries = [
        () => Object.assign(document.createElement('div'), { innerHTML: '<b>' }),
        () => types.createPolicy('app', {}),
        () => types.createPolicy('app', {}),
      ];
      for (const [index, run] of tries.entries()) {
        load = index;
        try {
          run();
        } catch {}
        await new Promise((resolve) => setTimeout(resolve));
      }
      return violations;
    });
  };
  const [sink, policy, again] = await tryAll(["require-trusted-types-for 'script'; trusted-types 'none'"]);
  if (!sink || !policy || !again) throw new Error('Chromium did not report all three.');
  const all = [...TRUSTED, ...NAMED];
  const found = await tryAll(all);
  const wrong = all.flatMap((text) =>
    [sink, policy, again].flatMap((one) =>
      judge(
        text,
        one,
        found.some(({ load, originalPolicy }) => load === one.load && originalPolicy === text),
        ['a sink', 'a policy', 'its name again'][one.load] ?? '',
      ),
    ),
  );
  expect(wrong).toEqual([]);
});
