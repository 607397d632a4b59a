/** A line's position in lists: by time, then by id. */
export type LinePlace = { time: number; id: string };

/** Whether a line comes before another one in a list with the newest first. */
export const isNewer = (one: LinePlace, other: LinePlace): boolean =>
  one.time > other.time || (one.time === other.time && one.id > other.id);

export type NewestLines<Line extends LinePlace> = {
  add(line: Line): void;
  /** Sorted, the newest first. */
  lines: readonly Line[];
  /** Whether lines of this time or earlier no longer change the result. */
  isSettledAt(time: number): boolean;
};

/** Keeps a number of the newest lines, which can be added in any order. */
export function collectNewest<Line extends LinePlace>(most: number): NewestLines<Line> {
  const lines: Line[] = [];
  return {
    lines,
    add(line) {
      const last = lines.at(-1);
      if (lines.length === most && last && !isNewer(line, last)) return;
      let [low, high] = [0, lines.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        const other = lines[middle];
        if (other && isNewer(line, other)) high = middle;
        else low = middle + 1;
      }
      lines.splice(low, 0, line);
      if (lines.length > most) lines.pop();
    },
    isSettledAt(time) {
      const last = lines.at(-1);
      return lines.length === most && last !== undefined && last.time > time;
    },
  };
}
