import type { Clock } from '#features/engine/clock.ts';

/** A clock that stands still, beginning at the real time, until a test moves it. */
export function createFakeClock(): Clock & { advance(ms: number): void } {
  let now = Date.now();
  return {
    sqlNow: () => new Date(now).toISOString(),
    now: () => now,
    adjust() {},
    advance(ms) {
      now += ms;
    },
  };
}
