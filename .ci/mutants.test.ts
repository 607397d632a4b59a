import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EQUIVALENT } from './equivalent-mutants.ts';
import { LISTED, listedMutant } from './listed-changes.ts';
import { applied, mutantsOf, sampleOf } from './mutants.ts';

const codeOf = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
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

test('a sample is random, in the order of the items, and the same for the same seed', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const sample = sampleOf(items, 40, 7);
  expect(new Set(sample).size).toBe(40);
  expect(sample).toEqual(sample.toSorted((a, b) => a - b));
  expect(sampleOf(items, 40, 7)).toEqual(sample);
  expect(sampleOf(items, 40, 8)).not.toEqual(sample);
  expect(sampleOf(items, 200, 7)).toEqual(items);
});

test('each listed fault can be tried in the code as it is', () => {
  for (const one of LISTED) {
    const code = codeOf(one.path);
    expect(applied(code, listedMutant(one, code)), one.fault).not.toBe(code);
  }
});

test('each change that is listed as having no effect is still possible', () => {
  const outdated = EQUIVALENT.filter(({ path, line, what }) => {
    const code = codeOf(path);
    return !mutantsOf(path, code).some(
      (mutant) => mutant.what === what && code.split('\n')[mutant.line - 1]?.trim() === line,
    );
  });
  expect(outdated).toEqual([]);
});
