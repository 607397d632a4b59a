import { expect, test } from '@playwright/test';
import { addressesOf } from './console-pages.ts';
import { runConsole } from './console-under-test.ts';
import { expectNoticed, openWatched, POLICY_HEADERS } from './policy-watch.ts';
import {
  arrive,
  openOverlays,
  pressEverything,
  seeErrorPages,
  seePageOfTheApi,
  setUp,
  walkInside,
} from './walk-console.ts';

// Every page, and what opens on it, meets the same rules with CSP_MODE report: e2e/every-page.e2e.ts looks at all.
test('with CSP_MODE enforce the console keeps to its policy', async ({ browser }) => {
  test.setTimeout(400_000);
  await runConsole({ CSP_MODE: 'enforce' }, async (running) => {
    await using watched = await openWatched(browser, running.url);
    const { page, violations } = watched;
    const made = await test.step('the first account', () => setUp(page, running));
    for (const address of ['/connectors', '/csp', '/webhooks/[id]'].flatMap((route) => addressesOf(route, made))) {
      await test.step(address, async () => {
        const answer = await page.goto(address);
        expect(answer?.headers()).toHaveProperty(POLICY_HEADERS.enforce);
        await arrive(page);
        await pressEverything(page, address);
      });
      expect(violations(), address).toEqual([]);
    }
    await test.step('what comes over a page', () => openOverlays(page, made.connector));
    await test.step('the way through the console', () => walkInside(page));
    await test.step('the page of the API', () => seePageOfTheApi(page));
    await test.step('pages that fail', () => seeErrorPages(page, running));
    expect(violations()).toEqual([]);
    await expectNoticed('enforce', watched, running);
  });
});

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
