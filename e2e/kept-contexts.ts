import type { Browser, BrowserContext, BrowserContextOptions } from '@playwright/test';
import { watchBrowser } from './watch-browser.ts';

/** A browser context, with what it has complained of since it was lent. */
export type WatchedContext = { context: BrowserContext; complaints: string[] };

/**
 * The browser contexts of a worker, which its stories use one after the other: the scripts and styles of the console are
 * then loaded and compiled once instead of once for each story, which took a third of the processors' time. Between two
 * stories a context loses its pages, cookies, storage, permissions, and routes.
 */
export type KeptContexts = {
  /** @param options as for a new context; those that were kept are told apart by all of them but the storage. */
  lend(options: BrowserContextOptions): Promise<WatchedContext>;
  /** Keeps it for another story, or closes it when it can't be made as new. */
  giveBack(watched: WatchedContext): Promise<void>;
  end(): Promise<void>;
};

/** What stays in a context once it was called. */
const LASTING = ['addInitScript', 'exposeBinding', 'exposeFunction', 'setExtraHTTPHeaders', 'setGeolocation'] as const;
const LASTING_OF_CLOCK = ['install', 'pauseAt', 'setFixedTime', 'setSystemTime'] as const;

/** @param url of the console whose pages they show; contexts for other ones are closed. */
export function keepContexts(browser: Browser, url: string): KeptContexts {
  const idle = new Map<string, WatchedContext[]>();
  const keys = new WeakMap<BrowserContext, string>();
  /** Those that can't be used again. */
  const spoiled = new WeakSet<BrowserContext>();
  return {
    async lend({ storageState, ...options }) {
      const key = JSON.stringify(options);
      const kept = idle.get(key)?.pop();
      const watched = kept ?? (await openWatched(browser, options, spoiled));
      keys.set(watched.context, key);
      if (options.baseURL !== url) spoiled.add(watched.context);
      if (storageState && typeof storageState !== 'string') await watched.context.addCookies(storageState.cookies);
      watched.complaints.length = 0;
      return watched;
    },
    async giveBack(watched) {
      const { context } = watched;
      if (!spoiled.has(context)) await clear(context, url).catch(() => spoiled.add(context));
      const key = keys.get(context) ?? '';
      if (spoiled.has(context)) await context.close();
      else idle.set(key, [...(idle.get(key) ?? []), watched]);
    },
    async end() {
      for (const { context } of [...idle.values()].flat()) await context.close();
    },
  };
}

async function openWatched(
  browser: Browser,
  options: BrowserContextOptions,
  spoiled: WeakSet<BrowserContext>,
): Promise<WatchedContext> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  await watchBrowser(context, complaints);
  context.once('close', () => spoiled.add(context));
  spoilBy(context, LASTING, () => spoiled.add(context));
  spoilBy(context.clock, LASTING_OF_CLOCK, () => spoiled.add(context));
  return { context, complaints };
}

/** Lets these methods tell that they were called. */
function spoilBy<Name extends string>(
  target: Record<Name, (...given: never[]) => unknown>,
  names: readonly Name[],
  spoil: () => void,
): void {
  for (const name of names) {
    const method = target[name].bind(target);
    target[name] = (...given) => {
      spoil();
      return method(...given);
    };
  }
}

async function clear(context: BrowserContext, origin: string): Promise<void> {
  const page = await context.newPage();
  // Before the cookies go: a page that is open would ask without them, and complain.
  for (const one of context.pages()) if (one !== page) await one.close();
  await context.setOffline(false);
  await context.unrouteAll({ behavior: 'ignoreErrors' });
  await context.clearPermissions();
  await context.clearCookies();
  // Playwright's own way, `setStorageState`, empties the cache too.
  const devtools = await context.newCDPSession(page);
  const storageTypes = 'cache_storage,indexeddb,local_storage,service_workers';
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes });
  await page.close();
}
