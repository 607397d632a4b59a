import type { Platform } from '#platform/scope.ts';
import { loadOwnNoiseRules, type OwnNoiseRule } from './own-noise-rules.ts';

const EVERY_MS = 3_000;

/**
 * Tells a writer of the log stream the administrators' own rules, at first and when they change, until the stream ends:
 * whoever made the change may be another process. The writer never waits for it.
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
      // Who needs PostgreSQL says when it is away; until it is back, the rules stay as they are.
      platform.log.debug({ err: error, part: 'csp-noise' }, 'The noise rules could not be read; it is tried again');
    }
    if (!hasEnded) timer = setTimeout(() => void look(), everyMs).unref();
  }

  platform.cspLog.beforeClose(() => {
    hasEnded = true;
    clearTimeout(timer);
  });
  void look();
}
