import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { makeDataDir, removeDataDir, startConsole } from '../src/testing/running-console.ts';

export { expect } from '@playwright/test';

export type Console = {
  /** Where it is, without a slash at the end. */
  url: string;
  /** The link of the banner, while nobody has an account. */
  setUpUrl: string | undefined;
  /** Runs the command line beside it. @returns what it prints. */
  command(...typed: string[]): Promise<string>;
};

export type AdminConsole = Console & {
  admin: { email: string; password: string };
  /** Makes a new API key with these scopes. */
  apiKey(...scopes: string[]): Promise<string>;
};

const ADMIN = { email: 'ada@example.com', password: 'correct horse battery' };

/** A console of its own: the real program on an empty data folder. */
async function withConsole<Result>(env: Record<string, string>, use: (running: Console) => Promise<Result>) {
  const DATA_DIR = await makeDataDir();
  const running = startConsole({ DATA_DIR, ...env });
  try {
    const { url, setUpUrl } = await running.ready();
    await use({
      url,
      setUpUrl,
      async command(...typed) {
        const command = startConsole({ DATA_DIR }, 'src/cli.ts', typed);
        const { code } = await command.exited;
        if (code !== 0) throw new Error(command.stderr());
        return command.stdout().trimEnd();
      },
    });
  } finally {
    await running.stop();
    await removeDataDir(DATA_DIR);
  }
}

type TestFixtures = {
  /** A console that nobody has set up. */
  freshConsole: Console;
  /** A page on which the admin has signed in. */
  signedIn: Page;
};

type WorkerFixtures = {
  /** One console for all tests of a worker, with an admin. Name what you make in it after the test. */
  console: AdminConsole;
  /** The admin's cookies. */
  adminState: Awaited<ReturnType<BrowserContext['storageState']>>;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  console: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures in use from the pattern.
    async ({}, use) => {
      const env = { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password };
      await withConsole(env, (running) =>
        use({
          ...running,
          admin: ADMIN,
          apiKey: (...scopes) =>
            running.command('api-keys', 'create', '--name', 'A key of the tests', '--scopes', scopes.join(',')),
        }),
      );
    },
    { scope: 'worker', timeout: 120_000 },
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

  freshConsole: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures in use from the pattern.
    async ({}, use) => {
      await withConsole({}, use);
    },
    { timeout: 120_000 },
  ],

  baseURL: async ({ console: running }, use) => {
    await use(running.url);
  },

  signedIn: async ({ browser, adminState, baseURL }, use) => {
    const context = await browser.newContext({ storageState: adminState, baseURL: baseURL ?? '' });
    await use(await context.newPage());
    await context.close();
  },
});

/** Runs every rule of axe on the whole page, in the light and in the dark scheme. */
export async function expectNoAxeViolations(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html}\n${failureSummary}`),
    );
    expect(found, `axe in the ${colorScheme} scheme`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/**
 * Takes a picture for the README, when there is none yet or `UPDATE_SCREENSHOTS` is set: every run would otherwise
 * change the file by a few pixels.
 */
export async function screenshot(page: Page, name: string): Promise<void> {
  const path = resolve(import.meta.dirname, '../docs/screenshots', `${name}.png`);
  if (existsSync(path) && !process.env.UPDATE_SCREENSHOTS) return;
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path, animations: 'disabled' });
}
