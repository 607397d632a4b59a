import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDeeperThan } from './json-depth.ts';

const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

describe('the depth of a JSON value', () => {
  test('is how many objects and arrays stand in each other', () => {
    expect(isDeeperThan('text', 0)).toBe(false);
    expect(isDeeperThan({}, 0)).toBe(true);
    expect(isDeeperThan({ a: [1] }, 2)).toBe(false);
    expect(isDeeperThan({ a: [1] }, 1)).toBe(true);
    expect(isDeeperThan(null, 0)).toBe(false);
  });

  test('is told as a walk of the whole value would tell it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 8 }), (value, levels) => {
        expect(isDeeperThan(value, levels)).toBe(depthOf(value) > levels);
      }),
    );
  });

  test('is told of a value that no recursion could walk', () => {
    let deep: unknown = {};
    for (let level = 0; level < 200_000; level += 1) deep = { deep };
    expect(isDeeperThan(deep, 100)).toBe(true);
    expect(isDeeperThan(nested(100), 100)).toBe(false);
    expect(isDeeperThan(nested(101), 100)).toBe(true);
  });
});
