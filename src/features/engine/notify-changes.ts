import type { EngineParts } from './engine-parts.ts';
import type { Result } from './record-results.ts';

const GATHER_MS = 100;

/** Notifies open pages of changed deliveries a few times a second, however many change. */
export function createChangeNotices({ platform: { live } }: EngineParts) {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function notifyNow(): void {
    clearTimeout(timer);
    timer = undefined;
    live.notify('deliveries', [...changed]);
    changed.clear();
  }

  return {
    notifyLater(results: readonly Result[]): void {
      for (const { webhook_id } of results) changed.add(webhook_id);
      timer ??= setTimeout(notifyNow, GATHER_MS);
    },
    notifyNow,
  };
}
