import type { Platform } from '#platform/scope.ts';
import { createAlertWatch } from './watch-alerts.ts';

const EVERY_MS = 60_000;

/**
 * Checks for alerts every minute, in each process that has log files. Reports are received there, and a worker on
 * another machine doesn't see them.
 * @returns a function that stops it, after the check in progress.
 */
export function startAlerts(platform: Platform, everyMs = EVERY_MS): { stop(): Promise<void> } {
  const watch = createAlertWatch(platform);
  const ending = new AbortController();
  let checking = Promise.resolve();

  async function check(): Promise<void> {
    try {
      await watch.check(new Date(), ending.signal);
    } catch (error) {
      if (ending.signal.aborted) return;
      platform.log.error(
        { err: error, part: 'csp-alerts' },
        'CSP reports could not be checked for alerts; trying again',
      );
    }
    if (!ending.signal.aborted) timer = scheduleCheck();
  }

  const scheduleCheck = () =>
    setTimeout(() => {
      checking = check();
    }, everyMs);
  let timer = scheduleCheck();

  return {
    async stop() {
      ending.abort();
      clearTimeout(timer);
      await checking;
    },
  };
}
