import type { Platform } from './scope.ts';

const SHARED = Symbol.for('honeyframe.platform');

type Sharing = typeof globalThis & { [SHARED]?: Promise<Platform> };

/** Lets the copy of our code that Next bundled use what the process has opened. */
export function sharePlatform(platform: Platform): void {
  (globalThis as Sharing)[SHARED] = Promise.resolve(platform);
}

/**
 * What this process has opened: by `src/main.ts`, or, under plain `next start`, here at first use.
 * @throws ConfigError or DatabaseError when nothing was opened and the environment does not allow it.
 */
export function currentPlatform(): Promise<Platform> {
  const sharing = globalThis as Sharing;
  sharing[SHARED] ??= import('./open-platform.ts').then(({ openPlatformFromEnvironment }) =>
    openPlatformFromEnvironment(),
  );
  return sharing[SHARED];
}
