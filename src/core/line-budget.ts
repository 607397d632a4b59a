/** What was counted instead of written. */
export type Suppressed<Subject> = { subject: Subject; lines: number; lastAt: number };

export type LineBudget<Subject> = {
  /**
   * Takes a line of a group's budget.
   * @param subject what stands for the group when its lines are counted.
   * @returns whether the line is to be written; else it was counted.
   */
  take(group: string, subject: Subject, now: number): boolean;
  /** What was counted in minutes that have ended, once. */
  ended(now: number): Suppressed<Subject>[];
  /** What was counted up to now, once: when there is no later. */
  rest(): Suppressed<Subject>[];
};

const MINUTE_MS = 60_000;

/**
 * A budget of lines for each group and minute. Times are ms since 1970; minutes are the clock's.
 * @param overflow stands for all groups beyond `mostGroups` in a minute, which share one budget: memory has a bound.
 */
export function createLineBudget<Subject>(
  linesPerMinute: number,
  mostGroups: number,
  overflow: Subject,
): LineBudget<Subject> {
  let minute = 0;
  let groups = new Map<string, { written: number; counted: Suppressed<Subject> | null }>();
  let over: Suppressed<Subject>[] = [];

  function turn(now: number): void {
    const current = Math.floor(now / MINUTE_MS);
    if (current === minute) return;
    minute = current;
    for (const { counted } of groups.values()) if (counted) over.push(counted);
    groups = new Map();
  }

  function collect(): Suppressed<Subject>[] {
    const collected = over;
    over = [];
    return collected;
  }

  return {
    take(name, subject, now) {
      turn(now);
      const isKnown = groups.has(name) || groups.size < mostGroups;
      const key = isKnown ? name : '';
      const group = groups.get(key) ?? { written: 0, counted: null };
      groups.set(key, group);
      if (group.written < linesPerMinute) {
        group.written += 1;
        return true;
      }
      group.counted ??= { subject: isKnown ? subject : overflow, lines: 0, lastAt: now };
      group.counted.lines += 1;
      group.counted.lastAt = now;
      return false;
    },
    ended(now) {
      turn(now);
      return collect();
    },
    rest() {
      for (const { counted } of groups.values()) if (counted) over.push(counted);
      groups = new Map();
      return collect();
    },
  };
}
