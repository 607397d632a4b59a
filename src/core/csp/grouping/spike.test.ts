import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEAST_DAYS, usualBeforeSpike } from './spike.ts';

const rule = { factor: 5, minimum: 100 };

describe('an hour is a spike', () => {
  test.each([
    ['five times the usual', 200, [40, 40, 40], 40],
    ['more than what is usual on an even number of days', 200, [10, 30, 40, 90], 35],
    ['much, where nothing is usual', 100, [0, 0, 0, 0, 0, 0, 0], 0],
    ['much, also when one day before was worse', 500, [40, 40, 9_000, 40, 40], 40],
  ])('with %s', (_, now, before, usual) => {
    expect(usualBeforeSpike({ now, before }, rule)).toBe(usual);
  });

  test.each([
    ['a little less than five times the usual', 199, [40, 40, 40]],
    ['many times the usual, of little', 99, [1, 1, 1]],
    ['much, but nobody knows what is usual', 5_000, [1, 1]],
    ['much, as on most days', 5_000, [4_000, 0, 4_000]],
  ])('but not with %s', (_, now, before) => {
    expect(usualBeforeSpike({ now, before }, rule)).toBeNull();
  });
});

const count = fc.nat(100_000);
const days = fc.array(count, { minLength: LEAST_DAYS, maxLength: 14 });
const anyRule = fc.record({ factor: fc.integer({ min: 2, max: 100 }), minimum: fc.integer({ min: 1, max: 100_000 }) });

describe('whatever the numbers are', () => {
  test('more reports in this hour never end a spike', () => {
    fc.assert(
      fc.property(count, count, days, anyRule, (now, more, before, given) => {
        if (usualBeforeSpike({ now, before }, given) !== null)
          expect(usualBeforeSpike({ now: now + more, before }, given)).not.toBeNull();
      }),
    );
  });

  test('a stricter rule finds no spike that a milder one does not', () => {
    fc.assert(
      fc.property(count, days, anyRule, anyRule, (now, before, given, stricter) => {
        const both = { factor: given.factor + stricter.factor, minimum: given.minimum + stricter.minimum };
        if (usualBeforeSpike({ now, before }, both) !== null)
          expect(usualBeforeSpike({ now, before }, given)).not.toBeNull();
      }),
    );
  });

  test('the order of the days does not matter', () => {
    fc.assert(
      fc.property(count, days, anyRule, (now, before, given) => {
        expect(usualBeforeSpike({ now, before: before.toReversed() }, given)).toBe(
          usualBeforeSpike({ now, before }, given),
        );
      }),
    );
  });

  test('what is usual lies among the days, and a spike is above it', () => {
    fc.assert(
      fc.property(count, days, anyRule, (now, before, given) => {
        const usual = usualBeforeSpike({ now, before }, given);
        if (usual === null) return;
        expect(usual).toBeGreaterThanOrEqual(Math.min(...before));
        expect(usual).toBeLessThanOrEqual(Math.max(...before));
        expect(now).toBeGreaterThan(usual);
      }),
    );
  });

  test('an hour as the days before is none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), anyRule, (now, given) => {
        expect(usualBeforeSpike({ now, before: [now, now, now] }, given)).toBeNull();
      }),
    );
  });
});
