import { ExactNumber } from './exact-number.ts';

/**
 * Whether objects and arrays are nested deeper than a limit: `[]` is one level, a number none. Not recursive, because
 * it protects code that walks the value from a stack overflow.
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

/** Deeper than any real JSON, and far below what overflows the stack. */
export const MOST_JSON_LEVELS = 100;
