import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHostTable } from './host-table.ts';
import { createPieceFinder } from './piece-finder.ts';

const FEW = fc.string({
  unit: fc.constantFrom('a', 'b', 'B', '.', '_', 'k', 'i', 'é', '\u212a', '\u0130'),
  minLength: 1,
  maxLength: 5,
});

test('the automaton finds the first of the pieces that a text contains, in any case', () => {
  fc.assert(
    fc.property(fc.array(FEW, { maxLength: 8 }), fc.array(FEW, { maxLength: 6 }), (pieces, words) => {
      const text = words.join('');
      const expected = pieces.findIndex((piece) => text.toLowerCase().includes(piece.toLowerCase()));
      expect(createPieceFinder(pieces)(text)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

test('more pieces than an automaton may hold are found one by one', () => {
  const pieces = Array.from({ length: 200 }, (_, index) => `${'x'.repeat(100)}${index}y`);
  expect(createPieceFinder(pieces)(`before ${'X'.repeat(100)}137Y after`)).toBe(137);
});

const host = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'com'), { minLength: 1, maxLength: 4 })
  .map((labels) => labels.join('.'));

test('the table finds the longest host that a host is or is below, whatever its port and case', () => {
  fc.assert(
    fc.property(fc.array(host, { maxLength: 6 }), host, fc.constantFrom('', ':8443', ':'), (hosts, name, port) => {
      const above = hosts.filter((one) => port !== ':' && (name === one || name.endsWith(`.${one}`)));
      const longest = above.toSorted((a, b) => b.length - a.length)[0];
      expect(createHostTable(hosts).find(name.toUpperCase() + port)).toBe(
        longest === undefined ? -1 : hosts.indexOf(longest),
      );
    }),
    { numRuns: 1_000 },
  );
});
