/** Lines that were counted instead of written. */
export type Suppressed<Subject> = { subject: Subject; lines: number; lastAt: number };

export type LineBudget<Subject> = {
  /**
   * @param part divides a group: each of its parts has a budget of its own.
   * @param subject represents the group when its lines are counted; it is asked once, when counting begins.
   * @returns whether to write a line of this group; otherwise it was counted.
   */
  take(group: string, part: string, subject: () => Subject, now: number): boolean;
  /** Returns and clears the counts of minutes that have ended. */
  ended(now: number): Suppressed<Subject>[];
  /** Returns and clears all counts, for shutdown. */
  rest(): Suppressed<Subject>[];
};

const MINUTE_MS = 60_000;

/**
 * A budget of lines per group and minute. Times are ms since 1970; minutes are those of the clock. Written by hand,
 * because lines over budget are counted and reported later, while a rate limiter only rejects them.
 * @param overflow represents all groups beyond `mostGroups` in a minute, which share one budget, so that memory is
 * limited.
 */
export function createLineBudget<Subject>(
  linesPerMinute: number,
  mostGroups: number,
  overflow: Subject,
): LineBudget<Subject> {
  let minute = 0;
  /** By part, then by group: so no name is put together for each line. */
  let parts = new Map<string, Map<string, Group<Subject>>>();
  let groups = 0;
  let beyond = freshGroup<Subject>();
  let over: Suppressed<Subject>[] = [];

  function endMinute(): void {
    for (const part of parts.values()) for (const { counted } of part.values()) if (counted) over.push(counted);
    if (beyond.counted) over.push(beyond.counted);
    parts = new Map();
    groups = 0;
    beyond = freshGroup();
  }

  function turn(now: number): void {
    const current = Math.floor(now / MINUTE_MS);
    if (current === minute) return;
    minute = current;
    endMinute();
  }

  function begin(name: string, partName: string): Group<Subject> {
    if (groups >= mostGroups) return beyond;
    const part = parts.get(partName) ?? new Map<string, Group<Subject>>();
    const group = freshGroup<Subject>();
    parts.set(partName, part.set(name, group));
    groups += 1;
    return group;
  }

  function collect(): Suppressed<Subject>[] {
    const collected = over;
    over = [];
    return collected;
  }

  return {
    take(name, part, subject, now) {
      turn(now);
      const group = parts.get(part)?.get(name) ?? begin(name, part);
      if (group.written < linesPerMinute) {
        group.written += 1;
        return true;
      }
      group.counted ??= { subject: group === beyond ? overflow : subject(), lines: 0, lastAt: now };
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
