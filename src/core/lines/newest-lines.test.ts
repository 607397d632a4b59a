import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collectNewest, isNewer, type LinePlace } from './newest-lines.ts';

const place: fc.Arbitrary<LinePlace> = fc.record({
  time: fc.nat({ max: 20 }),
  id: fc.string({ minLength: 1, maxLength: 3 }),
});

test('the newest of any order of lines are kept, sorted', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(place, { selector: ({ time, id }) => `${time} ${id}` }),
      fc.integer({ min: 1, max: 9 }),
      (lines, most) => {
        const newest = collectNewest(most);
        for (const line of lines) newest.add(line);
        const sorted = lines.toSorted((a, b) => (isNewer(a, b) ? -1 : 1));
        expect(newest.lines).toEqual(sorted.slice(0, most));
      },
    ),
  );
});

test('they are settled when there are enough, all of them newer than what may still come', () => {
  const newest = collectNewest(2);
  newest.add({ time: 5, id: 'a' });
  expect(newest.isSettledAt(0)).toBe(false);
  newest.add({ time: 4, id: 'b' });
  expect(newest.isSettledAt(4)).toBe(false);
  expect(newest.isSettledAt(3)).toBe(true);
});
