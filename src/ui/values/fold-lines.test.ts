import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Folded, foldLines } from './fold-lines.ts';

const unfold = (parts: readonly Folded[]): string[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [part] : [part.open, ...unfold(part.inner), part.close]));

test('folding keeps every line to the letter, whatever the JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value, null, 2);
      const folded = foldLines(text);
      if (folded) expect(unfold(folded).join('\n')).toBe(text);
    }),
  );
});

test('what stands between two brackets is one part', () => {
  expect(foldLines('{\n  "a": [\n    "{"\n  ],\n  "b": 1\n}')).toEqual([
    { open: '{', inner: [{ open: '  "a": [', inner: ['    "{"'], close: '  ],' }, '  "b": 1'], close: '}' },
  ]);
});

test('one line is not folded, and neither are thousands', () => {
  expect(foldLines('[]')).toBeNull();
  expect(foldLines(JSON.stringify(Array(3_000).fill(1), null, 1))).toBeNull();
});
