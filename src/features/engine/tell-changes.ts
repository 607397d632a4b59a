import type { EngineParts } from './engine-parts.ts';
import type { Result } from './record-results.ts';

const TELL_MS = 100;

/** Tells whoever looks at deliveries a few times a second, however many change. */
export function createChangeTelling({ platform: { live } }: EngineParts) {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function tellNow(): void {
    clearTimeout(timer);
    timer = undefined;
    live.tell('deliveries', [...changed]);
    changed.clear();
  }

  return {
    tellLater(results: readonly Result[]): void {
      for (const { webhook_id } of results) changed.add(webhook_id);
      timer ??= setTimeout(tellNow, TELL_MS);
    },
    tellNow,
  };
}
