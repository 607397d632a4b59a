export type WindowBudget = {
  /**
   * Consumes a name's budget, even more than is left.
   * @returns 0 if the budget was sufficient, or else in how many ms the next one starts; null if the name is new and
   * too many names are tracked.
   */
  take(name: string, amount: number, now: number): number | null;
};

type Window = { taken: number; endsAt: number };

/**
 * A budget for each name, in windows that start when a name first consumes some of it. Times are ms since 1970.
 * Decision 012 says why this doesn't use `rate-limiter-flexible`.
 * @param mostNames how many names are tracked at once, which limits memory.
 */
export function createWindowBudget(amount: number, windowMs: number, mostNames: number): WindowBudget {
  // Ordered by their end, because all windows have the same length and new ones are added last.
  const windows = new Map<string, Window>();

  /** A window that ends too late was started before the clock was set back, so it no longer counts. */
  const isOpen = ({ endsAt }: Window, now: number): boolean => endsAt > now && endsAt <= now + windowMs;

  function forgetEnded(now: number): void {
    for (const [name, window] of windows) {
      if (isOpen(window, now)) return;
      windows.delete(name);
    }
  }

  function begin(name: string, now: number): Window | null {
    forgetEnded(now);
    if (windows.size >= mostNames) return null;
    const window = { taken: 0, endsAt: now + windowMs };
    windows.set(name, window);
    return window;
  }

  return {
    take(name, taken, now) {
      const known = windows.get(name);
      const window = known && isOpen(known, now) ? known : begin(name, now);
      if (!window) return null;
      window.taken += taken;
      return window.taken > amount ? window.endsAt - now : 0;
    },
  };
}
