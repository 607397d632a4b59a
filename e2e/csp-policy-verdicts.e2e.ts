import { expect, type Page, test } from '@playwright/test';
import { matchPolicies } from '../src/core/csp/policy/match.ts';
import { parsePolicy } from '../src/core/csp/policy/policy.ts';
import { judge, type Wrong } from './verdict-judge.ts';
import { type Load, tryLoads, type Violated } from './verdict-loads.ts';
import { LOADS, POLICIES, SOURCES, URLS } from './verdict-policies.ts';
import { loggedOfEvent, startVerdictSite, type VerdictSite } from './verdict-site.ts';

const SHOP = 'https://shop.example';
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'";

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

/** Opens a page under many policies that report alone, and lets it try the loads. */
async function reportedUnder(policies: readonly string[], origin: string, loads: readonly Load[]): Promise<Violated[]> {
  await page.goto(site.address(origin, { policies: policies.join(', '), disposition: 'report' }));
  return tryLoads(page, loads);
}

/** The verdicts on every load under every policy, of what Chromium reports when nothing is allowed. */
async function compare(policies: readonly string[], origin: string, loads: readonly Load[]): Promise<Wrong[]> {
  const reported = await reportedUnder([NOTHING], origin, loads);
  // A form that is sent into a frame is a load of that frame as well.
  const first = loads.map((_, load) => reported.find((one) => one.load === load));
  expect(loads.filter((_, load) => !first[load])).toEqual([]);
  const found = await reportedUnder(policies, origin, loads);
  const blocked = new Set(found.map((one) => `${one.load} ${one.effectiveDirective} ${one.originalPolicy}`));
  return policies.flatMap((policy) =>
    first.flatMap((one) => {
      if (!one) return [];
      const { by, url } = loads[one.load] ?? { by: '', url: '' };
      return judge(policy, one, blocked.has(`${one.load} ${one.effectiveDirective} ${policy}`), `${by} of ${url}`);
    }),
  );
}

const CONNECTIONS = URLS.map((url): Load => ({ by: /^wss?:/.test(url) ? 'socket' : 'fetch', url }));

for (const origin of [SHOP, 'http://shop.example:8080', 'https://a_b.example:8443']) {
  test(`on ${origin}, Chromium takes ${SOURCES.length} source expressions as the verdicts say`, async () => {
    const policies = SOURCES.map((source) => `connect-src ${source}`);
    expect(await compare(policies, origin, CONNECTIONS)).toEqual([]);
  });
}

test(`Chromium blocks by ${POLICIES.length} policies what the verdicts say, whichever directive decides`, async () => {
  expect(await compare(POLICIES, SHOP, LOADS)).toEqual([]);
});

test('what Chromium blocks is what it reports when it only reports', async () => {
  const policies = SOURCES.map((source) => `connect-src ${source}`);
  const asked = [
    'https://a.example/x',
    'https://a.example/dir/f',
    'https://b.a.example/x',
    'https://a.example:8443/x',
    `${SHOP}/y`,
    'data:text/plain,x',
  ];
  const found = await reportedUnder(
    policies,
    SHOP,
    asked.map((url) => ({ by: 'fetch', url })),
  );
  for (const policy of policies) {
    await page.goto(site.address(SHOP, { policies: policy }));
    const through = await page.evaluate(async (urls) => {
      const ends = await Promise.allSettled(urls.map((url) => fetch(url, { mode: 'no-cors' })));
      return urls.filter((_, index) => ends[index]?.status === 'fulfilled');
    }, asked);
    const reported = found.filter(({ originalPolicy }) => originalPolicy === policy).map(({ load }) => asked[load]);
    expect(through, policy).toEqual(asked.filter((url) => !reported.includes(url)));
  }
});

test('Chromium lets a prefetch through by any directive of fetches, and so do the verdicts', async () => {
  const prefetch: Load[] = [{ by: 'prefetch', url: 'https://a.example/dir/x' }];
  const under = async (policies: string) => {
    await page.goto(site.address(SHOP, { policies }));
    return (await tryLoads(page, prefetch)).filter(({ effectiveDirective }) => effectiveDirective === 'default-src');
  };
  const [reported] = await under("default-src 'none'");
  if (!reported) throw new Error('Chromium did not report the prefetch.');
  const others = [
    'child-src',
    'connect-src',
    'font-src',
    'frame-src',
    'img-src',
    'manifest-src',
    'media-src',
    'object-src',
    'script-src',
    'script-src-elem',
    'script-src-attr',
    'style-src',
    'style-src-elem',
    'style-src-attr',
    'worker-src',
    'prefetch-src',
    'base-uri',
    'form-action',
  ];
  const wrong: Wrong[] = [];
  for (const policy of [
    ...others.map((name) => `default-src 'none'; ${name} *`),
    "img-src 'none'",
    "default-src https://a.example; img-src 'none'",
    "default-src 'none'; script-src 'strict-dynamic' https:",
    "default-src 'none'; img-src b.example",
  ])
    wrong.push(...judge(policy, reported, (await under(policy)).length > 0, 'a prefetch'));
  expect(wrong).toEqual([]);
});

test('of a redirect, which reports do not tell, no verdict is sure that the policy before it allows', async () => {
  const to = (url: string, next: string): string => `${url}?redirect=${encodeURIComponent(next)}`;
  const loads = (['fetch', 'image', 'script', 'style', 'font', 'form'] as const).map(
    (by): Load => ({ by, url: to(`${SHOP}/dir/x`, 'https://a.example/dir/y') }),
  );
  const lists = [
    "'self'",
    "'self' a.example",
    "'self' a.example/other/",
    "'self' *",
    'a.example',
    "'none'",
    'shop.example/dir/ a.example/dir/',
    'shop.example/other/ a.example',
    'https:',
    'http:',
  ];
  const policies = lists.map((list) => `default-src ${list}; form-action ${list}`);
  // Of a frame, Chromium reports the origin that the redirect led to: nothing about it is open.
  const found = (await reportedUnder(policies, SHOP, loads)).filter(
    ({ effectiveDirective }) => effectiveDirective !== 'frame-src',
  );
  const seen = new Set(found.map((one) => `${one.load} ${one.effectiveDirective} ${one.originalPolicy}`));
  const redirected = found.filter(({ originalPolicy }) => originalPolicy === policies[0]);
  expect(new Set(redirected.map(({ load }) => load)).size).toBe(loads.length);
  for (const one of redirected) {
    const violated = parsePolicy(one.originalPolicy);
    for (const policy of policies) {
      const { verdict } = matchPolicies(policy, { ...loggedOfEvent(one), violated });
      const isBlocked = seen.has(`${one.load} ${one.effectiveDirective} ${policy}`);
      expect([isBlocked ? 'blocked' : 'allowed', 'unknown'], `${policy}: ${one.effectiveDirective}`).toContain(verdict);
    }
    expect(matchPolicies(policies[0] ?? '', { ...loggedOfEvent(one), violated }).verdict).toBe('unknown');
    expect(matchPolicies('default-src *; form-action *', { ...loggedOfEvent(one), violated }).verdict).toBe('allowed');
  }
});
