import { type APIRequestContext, type BrowserContext, test as base, expect } from '@playwright/test';
import type { Platform } from '../src/platform/scope.ts';
import type { Role } from '../src/platform/trpc/procedure.ts';
import { createTestUser, type TestUser } from '../src/testing/test-platform.ts';
import { openBesideConsole } from './beside-console.ts';
import { type Console, runConsole } from './console-under-test.ts';
import { type KeptContexts, keepContexts } from './kept-contexts.ts';

export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

type WorkerFixtures = {
  /**
   * One console for all tests of a worker, with an admin. Name what you make in it after the test. Browsers enforce its
   * policy, so that every story is told under it.
   */
  console: Console & { admin: { email: string; password: string } };
  /** The database and the keys of that console. */
  platform: Platform;
  /** Makes somebody in the admin's organization. */
  makePerson: (role: Role) => Promise<TestUser>;
  /** A key with the scopes read, write, publish and invoke. */
  apiKey: string;
  /** Calls the console's REST routes with that key. */
  rest: APIRequestContext;
  /** The admin's cookies. */
  adminState: StorageState;
  /** The browser contexts that stories take over from each other. */
  kept: KeptContexts;
};

const ADMIN = { email: 'ada@example.com', password: 'correct horse battery' };

export const test = base.extend<object, WorkerFixtures>({
  console: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures in use from the pattern.
    async ({}, use) => {
      const env = { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, CSP_MODE: 'enforce' };
      await runConsole(env, (running) => use({ ...running, admin: ADMIN }));
    },
    { scope: 'worker', timeout: 300_000 },
  ],

  platform: [
    async ({ console: running }, use) => {
      const platform = await openBesideConsole(running.dataDir);
      await use(platform);
      await platform.close();
    },
    { scope: 'worker' },
  ],

  makePerson: [
    async ({ platform }, use) => {
      const organization = await platform.database.organization.findFirstOrThrow();
      await use((role) => createTestUser(platform, organization, role));
    },
    { scope: 'worker' },
  ],

  apiKey: [
    async ({ console: running }, use) => {
      await use(
        await running.command(
          'api-keys',
          'create',
          '--name',
          'Key of the tests',
          '--scopes',
          'read,write,publish,invoke',
        ),
      );
    },
    { scope: 'worker' },
  ],

  rest: [
    async ({ console: running, apiKey, playwright }, use) => {
      const extraHTTPHeaders = { authorization: `Bearer ${apiKey}` };
      const request = await playwright.request.newContext({ baseURL: running.url, extraHTTPHeaders });
      await use(request);
      await request.dispose();
    },
    { scope: 'worker' },
  ],

  adminState: [
    async ({ console: running, playwright }, use) => {
      const request = await playwright.request.newContext({ baseURL: running.url });
      const answer = await request.post('/api/auth/sign-in/email', { data: ADMIN, headers: { origin: running.url } });
      expect(answer.status()).toBe(200);
      await use(await request.storageState());
      await request.dispose();
    },
    { scope: 'worker' },
  ],

  kept: [
    async ({ browser, console: { url } }, use) => {
      const kept = keepContexts(browser, url);
      await use(kept);
      await kept.end();
    },
    { scope: 'worker' },
  ],
});
