import type { Platform } from '#platform/scope.ts';
import { createAlertWatch } from './watch-alerts.ts';

const EVERY_MS = 60_000;

/**
 * Watches for alerts each minute, in a process that has log files: reports are received there, and a worker elsewhere
 * does not see them.
 * @returns what ends it: it waits for the look in progress.
 */
export function startAlerts(platform: Platform, everyMs = EVERY_MS): { stop(): Promise<void> } {
  const watch = createAlertWatch(platform);
  const ending = new AbortController();
  let looking = Promise.resolve();

  async function look(): Promise<void> {
    try {
      await watch.look(new Date(), ending.signal);
    } catch (error) {
      if (ending.signal.aborted) return;
      platform.log.error({ err: error, part: 'csp-alerts' }, 'CSP reports could not be looked at; it is tried again');
    }
    if (!ending.signal.aborted) timer = waitAndLook();
  }

  const waitAndLook = () =>
    setTimeout(() => {
      looking = look();
    }, everyMs);
  let timer = waitAndLook();

  return {
    async stop() {
      ending.abort();
      clearTimeout(timer);
      await looking;
    },
  };
}
