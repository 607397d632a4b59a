export type WindowBudget = {
  /**
   * Takes of a name's budget, also more than is left.
   * @returns in how many ms the name has a new budget, 0 when this one still sufficed, null when the name is new and
   * there is no room for it.
   */
  take(name: string, amount: number, now: number): number | null;
};

type Window = { taken: number; endsAt: number };

/**
 * A budget for each name, in windows that begin with a name's first taking. Times are ms since 1970.
 * By hand: decision 012 says why this is no `rate-limiter-flexible`.
 * @param mostNames how many are kept at once: memory has a bound.
 */
export function createWindowBudget(amount: number, windowMs: number, mostNames: number): WindowBudget {
  // In the order of their ends: all windows are equally long, and a new one stands last.
  const windows = new Map<string, Window>();

  /** One that ends later than a window can was begun before the clock was set back: it is void. */
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
