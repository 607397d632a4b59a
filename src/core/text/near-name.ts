/**
 * How many letters must be added, removed, changed, or swapped with their neighbor to turn one word into the other
 * (optimal string alignment). Our own code, because the usual packages count a swap, the most common typo, as two
 * changes.
 */
export function distance(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const differs = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + differs,
        swapped ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, last] = [last, next];
  }
  return last[b.length] ?? 0;
}

const LONGEST = 64;

/** The name that somebody probably meant: the nearest one, with at most two slips and fewer than half of its letters. */
export function nearName(word: string, names: readonly string[]): string | null {
  if (word.length > LONGEST) return null;
  let best: { name: string; slips: number } | null = null;
  for (const name of names) {
    if (Math.abs(name.length - word.length) > 2) continue;
    const slips = distance(word, name);
    if (slips <= 2 && slips * 2 < name.length && (best === null || slips < best.slips)) best = { name, slips };
  }
  return best?.name ?? null;
}
