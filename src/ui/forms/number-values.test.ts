import { describe, expect, test } from 'vitest';
import { numberFault, numberOf } from './number-values.ts';

const DEFAULT_24 = { least: 0, most: 168, fractions: true, whenEmpty: 24 };
const NO_LIMIT = { least: 1, most: 10_000, whenEmpty: null };
const REQUIRED = { least: 2, most: 100 };

describe('an empty number field', () => {
  test.each(['', ' ', '\t'])('%j is the default, where there is one, and never 0', (typed) => {
    expect(numberFault(typed, DEFAULT_24)).toBeNull();
    expect(numberOf(typed, DEFAULT_24)).toBe(24);
  });

  test.each(['', ' '])('%j is none, where none is a choice', (typed) => {
    expect(numberOf(typed, NO_LIMIT)).toBeNull();
  });

  test.each(['', ' '])('%j is asked for, where a number is required', (typed) => {
    expect(numberFault(typed, REQUIRED)).toBe('Enter a whole number from 2 to 100.');
    expect(() => numberOf(typed, REQUIRED)).toThrow('Enter a whole number from 2 to 100.');
  });
});

test.each(['-', '.', '-.', '1.5', '0', 0, 10_001, '1e9', Number.NaN, 'x'])(
  '%j is no number of requests a second, and not the same as no limit',
  (typed) => {
    expect(numberFault(typed, NO_LIMIT)).toBe('Enter a whole number from 1 to 10,000.');
    expect(() => numberOf(typed, NO_LIMIT)).toThrow();
  },
);

test('a zero that was typed is a zero, and fractions count where they are taken', () => {
  expect(numberOf(0, DEFAULT_24)).toBe(0);
  expect(numberOf('0', DEFAULT_24)).toBe(0);
  expect(numberOf('0.5', DEFAULT_24)).toBe(0.5);
  expect(numberOf(12, REQUIRED)).toBe(12);
});
