import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContextOptions, expect, type Page } from '@playwright/test';
import { type Receiver, startReceiver } from '../src/testing/receivers.ts';
import { type TestUser, uniqueName } from '../src/testing/test-platform.ts';
import { type Console, runConsole } from './console-under-test.ts';
import type { KeptContexts, WatchedContext } from './kept-contexts.ts';
import { openSettled } from './open-settled.ts';
import { test as workerTest } from './worker-fixtures.ts';

export { expect } from '@playwright/test';

type Fixtures = {
  /** A console that nobody has set up. */
  freshConsole: Console;
  permitted: RegExp[];
  /** Those that the story has opened and not left. */
  contexts: WatchedContext[];
  /** What the browsers that it has left complained of. */
  heard: string[];
  /** Lets browsers complain of what a test provokes; any other complaint of theirs fails the test. */
  permit: (complaint: RegExp) => void;
  /** Opens a page in a browser of its own, whose complaints are heard. */
  openPage: (options?: BrowserContextOptions) => Promise<Page>;
  /** Lends a console of its own. What was opened meanwhile is closed before it ends, since a page still fetches ahead. */
  withConsole: typeof runConsole;
  /** A page on which the admin has signed in. */
  signedIn: Page;
  /** A page on which somebody else has signed in. */
  pageOf: (person: TestUser) => Promise<Page>;
  /** A real HTTP server for connectors to send to. */
  receiver: Receiver;
  /** Makes a connector by the API, to the receiver unless told. */
  makeConnector: (given?: { name?: string; url?: string; enabled?: boolean }) => Promise<{ id: string; name: string }>;
};

export const test = workerTest.extend<Fixtures>({
  freshConsole: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures in use from the pattern.
    async ({}, use) => {
      await runConsole({}, use);
    },
    { timeout: 300_000 },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures in use from the pattern.
  permitted: async ({}, use) => {
    await use([]);
  },

  permit: async ({ permitted }, use) => {
    await use((complaint) => permitted.push(complaint));
  },

  baseURL: async ({ console: running }, use) => {
    await use(running.url);
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures in use from the pattern.
  contexts: async ({}, use) => {
    await use([]);
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures in use from the pattern.
  heard: async ({}, use) => {
    await use([]);
  },

  openPage: async ({ kept, baseURL, permitted, contexts, heard }, use) => {
    await use(async (options) => {
      const watched = await kept.lend({ baseURL, ...options });
      contexts.push(watched);
      return openSettled(await watched.context.newPage());
    });
    await giveBackFrom(0, { kept, contexts, heard });
    const unexpected = heard.filter((complaint) => !permitted.some((pattern) => pattern.test(complaint)));
    expect(unexpected, 'what the browser complained of').toEqual([]);
  },

  withConsole: async ({ kept, contexts, heard }, use) => {
    await use((env, story) =>
      runConsole(env, async (running) => {
        const opened = contexts.length;
        await story(running);
        await giveBackFrom(opened, { kept, contexts, heard });
      }),
    );
  },

  page: async ({ openPage }, use) => {
    await use(await openPage());
  },

  signedIn: async ({ openPage, adminState, platform, console: { admin } }, use) => {
    // One session serves all stories of a worker, which take longer than a session counts as fresh on a slow machine.
    const data = { authenticatedAt: new Date() };
    await platform.database.session.updateMany({ where: { user: { email: admin.email } }, data });
    await use(await openPage({ storageState: adminState }));
  },

  pageOf: async ({ openPage, console: { url } }, use) => {
    await use(async ({ cookie }) => {
      const page = await openPage();
      const cookies = cookie.split('; ').map((pair) => pair.split(/=(.*)/s, 2));
      await page.context().addCookies(cookies.map(([name = '', value = '']) => ({ name, value, url })));
      return page;
    });
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures in use from the pattern.
  receiver: async ({}, use) => {
    await using receiver = await startReceiver();
    await use(receiver);
  },

  makeConnector: async ({ rest, receiver }, use) => {
    await use(
      async ({ name = uniqueName('Connector'), url = `${receiver.url}/webhook/abc123`, enabled = true } = {}) => {
        const data = { name, type: 'n8n_webhook', config: { webhook_url: url }, enabled };
        const answer = await rest.post('/api/connectors', { data });
        expect(answer.status()).toBe(201);
        const { id } = await answer.json();
        return { id, name };
      },
    );
  },
});

/** Takes leave of what a story has opened since then. */
async function giveBackFrom(
  opened: number,
  { kept, contexts, heard }: Pick<Fixtures, 'contexts' | 'heard'> & { kept: KeptContexts },
): Promise<void> {
  for (const watched of contexts.splice(opened)) {
    await kept.giveBack(watched);
    heard.push(...watched.complaints);
  }
}

/**
 * Runs every rule of axe on the whole page in the light scheme, and those about colours, which alone can differ, in the
 * dark one. @param isSoft whether the test goes on, to say all that it finds.
 */
export async function expectNoAxeViolations(page: Page, { isSoft = false, where = 'axe' } = {}): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Legacy mode spares a second page for each run; only frames of other origins need that, and there are none.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
    const { violations } = await (colorScheme === 'dark'
      ? axe.withRules(['color-contrast', 'link-in-text-block'])
      : axe
    ).analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html}\n${failureSummary}`),
    );
    (isSoft ? expect.soft : expect)(found, `${where} in the ${colorScheme} scheme`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/**
 * A picture of the README or of docs, in both colour schemes. `npm run docs:pictures` takes it, by the stories that are
 * tagged `@pictures`; any other run only walks to where it is taken, since every one would change the files by a few
 * pixels.
 * @param height of the window, where a picture needs more of it.
 */
export async function screenshot(page: Page, name: string, height?: number): Promise<void> {
  const folder = resolve(import.meta.dirname, '../docs/screenshots');
  const before = page.viewportSize();
  if (height !== undefined && before) await page.setViewportSize({ ...before, height });
  await page.mouse.move(0, 0); // whatever was clicked last looks as it does untouched
  for (const colorScheme of ['dark', 'light'] as const) {
    const path = resolve(folder, colorScheme === 'dark' ? `${name}-dark.png` : `${name}.png`);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    if (process.env.UPDATE_SCREENSHOTS) await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    else expect(existsSync(path), `npm run docs:pictures has taken ${path}`).toBe(true);
  }
  if (height !== undefined && before) await page.setViewportSize(before);
}
