import { expect, test } from 'vitest';
import { applied, mutantsOf, sampleOf } from './mutants.ts';

const changesOf = (code: string) => mutantsOf('a.ts', code).map((mutant) => applied(code, mutant));

test.each([
  ['if (a) b();', ['if (true) b();', 'if (false) b();', 'if (a) ;']],
  ['const a = b ? c : d;', ['const a = true ? c : d;', 'const a = false ? c : d;']],
  [
    'const a = b < c && d === e;',
    ['const a = b <= c && d === e;', 'const a = b < c || d === e;', 'const a = b < c && d !== e;'],
  ],
  ['const a = !b;', ['const a = b;']],
  ['const a = { b: true };', ['const a = { b: false };']],
  ['const a = Math.min(b, c);', ['const a = Math.max(b, c);']],
  ['await a(b);', [';']],
  ['const a = `select b\n  where c\n  and d = $1\n`;', ['const a = `select b\n  where c\n\n`;']],
])('the mutants of %s', (code, changes) => {
  expect(changesOf(code)).toEqual(changes);
});

test.each([
  'import { a } from "b";',
  'type A = { b: true };',
  'const a: true = b;',
  'log.warn(a);',
  'const a = b.toString().constructor;',
  'const a = `\n  and (b\n  or c)`;',
])('%s has none', (code) => {
  expect(changesOf(code)).toEqual([]);
});

test('a sample is of the whole, and the same at each run', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  expect(sampleOf(items, 4)).toEqual([0, 25, 50, 75]);
  expect(sampleOf(items, 200)).toEqual(items);
});
