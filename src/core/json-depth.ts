/**
 * Whether a JSON value is nested deeper than a number of levels. Without recursion: what it protects from is the
 * stack overflow of whoever walks the value next.
 */
export function isDeeperThan(value: unknown, levels: number): boolean {
  let layer: unknown[] = [value];
  for (let depth = 0; layer.length > 0; depth += 1) {
    if (depth > levels) return true;
    layer = layer.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item).filter(isContainer) : [],
    );
  }
  return false;
}

const isContainer = (value: unknown) => typeof value === 'object' && value !== null;

/** Deeper than anybody writes by hand, far from what a stack holds. */
export const MOST_JSON_LEVELS = 100;
