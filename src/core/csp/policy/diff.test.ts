import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPolicy } from '#testing/csp/policy-samples.ts';
import { type DirectiveDiff, diffPolicies, isSamePolicy } from './diff.ts';
import { type Policy, parsePolicies } from './policy.ts';

const MARKS = { same: ' ', added: '+', removed: '-', changed: '~' };
const drawn = (before: string, after: string) =>
  diffPolicies(before, after).map((directives) =>
    directives.map(({ name, state, words }) =>
      [`${MARKS[state]}${name}`, ...words.map((word) => `${MARKS[word.state]}${word.text}`)].join(' '),
    ),
  );

describe('a difference', () => {
  test.each([
    ["img-src 'self'", "img-src 'self' a.example", ["~img-src  'self' +a.example"]],
    ["img-src 'none'", 'img-src a.example', ["~img-src -'none' +a.example"]],
    ["default-src 'self'", "default-src 'self'; img-src a.example", [" default-src  'self'", '+img-src +a.example']],
    ['a x; b y; c z', 'a x; c z', [' a  x', '-b -y', ' c  z']],
    ['a x; b y', 'b y', ['-a -x', ' b  y']],
    ['a x y', 'a y x', [' a  x  y']],
    ['', 'a x', ['+a +x']],
    ['upgrade-insecure-requests', '', ['-upgrade-insecure-requests']],
  ])('between %j and %j', (before, after, expected) => {
    expect(drawn(before, after)).toEqual([expected]);
  });

  test('is told for each policy of a header', () => {
    expect(drawn('a x, b y', 'a x')).toEqual([[' a  x'], ['-b -y']]);
  });

  test('tells both policies whole', () => {
    const told = (directives: readonly DirectiveDiff[], other: 'added' | 'removed') =>
      directives
        .filter(({ state }) => state !== other)
        .map(
          ({ name, words }) => [name, words.filter(({ state }) => state !== other).map(({ text }) => text)] as const,
        );
    const meant = ({ directives }: Policy) => directives.map(({ name, values }) => [name, values] as const);
    const sets = (lists: readonly (readonly [string, readonly string[]])[]) =>
      new Map(lists.map(([name, values]) => [name, new Set(values)]));
    fc.assert(
      fc.property(anyPolicy, anyPolicy, (before, after) => {
        for (const [index, directives] of diffPolicies(before, after).entries()) {
          const [old, now] = [parsePolicies(before)[index], parsePolicies(after)[index]];
          expect(sets(told(directives, 'added'))).toEqual(sets(old ? meant(old) : []));
          expect(sets(told(directives, 'removed'))).toEqual(sets(now ? meant(now) : []));
        }
        expect(isSamePolicy(before, before)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
