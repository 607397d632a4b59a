/** What was counted instead of written. */
export type Suppressed<Subject> = { subject: Subject; lines: number; lastAt: number };

export type LineBudget<Subject> = {
  /**
   * @param subject stands for the group when its lines are counted.
   * @returns whether a line of this group is to be written; else it was counted.
   */
  take(group: string, subject: Subject, now: number): boolean;
  /** What was counted in minutes that have ended, once. */
  ended(now: number): Suppressed<Subject>[];
  /** What was counted up to now, once: when there is no later. */
  rest(): Suppressed<Subject>[];
};

const MINUTE_MS = 60_000;

/**
 * A budget of lines for each group and minute. Times are ms since 1970; minutes are the clock's. By hand: what
 * is over budget is counted and said later, where a rate limiter only refuses it.
 * @param overflow stands for all groups beyond `mostGroups` in a minute, which share one budget: memory has a bound.
 */
export function createLineBudget<Subject>(
  linesPerMinute: number,
  mostGroups: number,
  overflow: Subject,
): LineBudget<Subject> {
  let minute = 0;
  let groups = new Map<string, Group<Subject>>();
  let beyond = freshGroup<Subject>();
  let over: Suppressed<Subject>[] = [];

  function endMinute(): void {
    for (const { counted } of [...groups.values(), beyond]) if (counted) over.push(counted);
    groups = new Map();
    beyond = freshGroup();
  }

  function turn(now: number): void {
    const current = Math.floor(now / MINUTE_MS);
    if (current === minute) return;
    minute = current;
    endMinute();
  }

  function begin(name: string): Group<Subject> {
    if (groups.size >= mostGroups) return beyond;
    const group = freshGroup<Subject>();
    groups.set(name, group);
    return group;
  }

  function collect(): Suppressed<Subject>[] {
    const collected = over;
    over = [];
    return collected;
  }

  return {
    take(name, subject, now) {
      turn(now);
      const group = groups.get(name) ?? begin(name);
      if (group.written < linesPerMinute) {
        group.written += 1;
        return true;
      }
      group.counted ??= { subject: group === beyond ? overflow : subject, lines: 0, lastAt: now };
      group.counted.lines += 1;
      group.counted.lastAt = now;
      return false;
    },
    ended(now) {
      turn(now);
      return collect();
    },
    rest() {
      endMinute();
      return collect();
    },
  };
}

type Group<Subject> = { written: number; counted: Suppressed<Subject> | null };

const freshGroup = <Subject>(): Group<Subject> => ({ written: 0, counted: null });
