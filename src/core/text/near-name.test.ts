import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distance, nearName } from './near-name.ts';

describe('the distance of two words', () => {
  test.each([
    ['script-src', 'script-src', 0],
    ['scirpt-src', 'script-src', 1],
    ['scrpt-src', 'script-src', 1],
    ['scriptt-src', 'script-src', 1],
    ['skript-scr', 'script-src', 2],
    ['', 'abc', 3],
  ])('of %s and %s is %i', (a, b, slips) => {
    expect(distance(a, b)).toBe(slips);
  });

  test('is the same both ways, and none for the same word alone', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, b) === 0).toBe(a === b);
        expect(distance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

test.each([
  ['script-scr', 'script-src'],
  ['img-scr', 'img-src'],
  ['slef', 'self'],
  ['something-else', null],
  ['ab', null],
  ['x'.repeat(1_000), null],
])('%s was meant to be %s', (word, name) => {
  expect(nearName(word, ['script-src', 'script-src-attr', 'img-src', 'self', 'cd'])).toBe(name);
});
