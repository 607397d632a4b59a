import { ExactNumber } from './exact-number.ts';

/**
 * Whether more than a number of objects and arrays stand in each other: `[]` is one level, a number none. Without
 * recursion: what it protects from is the stack overflow of whoever walks the value next.
 */
export function isDeeperThan(value: unknown, levels: number): boolean {
  let layer = [value].filter(isContainer);
  for (let depth = 1; layer.length > 0; depth += 1) {
    if (depth > levels) return true;
    layer = layer.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof ExactNumber);

/** Deeper than any JSON that people write, and far below the limit of the stack. */
export const MOST_JSON_LEVELS = 100;
