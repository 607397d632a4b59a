import type { Platform } from '#platform/scope.ts';
import { loadOwnNoiseRules, type OwnNoiseRule } from './own-noise-rules.ts';

const EVERY_MS = 3_000;

/**
 * Passes the administrators' noise rules to a writer of the log stream, at first and whenever they change, until the
 * stream ends. Another process may have made the change. The writer never waits for it.
 */
export function followOwnNoiseRules(
  platform: Pick<Platform, 'database' | 'cspLog' | 'log'>,
  use: (rules: readonly OwnNoiseRule[]) => void,
  everyMs = EVERY_MS,
): void {
  let known = JSON.stringify([]);
  let hasEnded = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    try {
      const rules = await loadOwnNoiseRules(platform);
      const found = JSON.stringify(rules);
      if (found !== known) use(rules);
      known = found;
    } catch (error) {
      // Others report that PostgreSQL is unavailable. Until it is back, the rules stay as they are.
      platform.log.debug({ err: error, part: 'csp-noise' }, 'The noise rules could not be read; trying again');
    }
    if (!hasEnded) timer = setTimeout(() => void look(), everyMs).unref();
  }

  platform.cspLog.beforeClose(() => {
    hasEnded = true;
    clearTimeout(timer);
  });
  void look();
}
