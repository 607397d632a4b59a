import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkLineEnds } from './line-ends.ts';

const BRACE = 125;

test('it tells whether every whole line ends as it should, and goes on where it was', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-ends-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, 'lines');
  await writeFile(path, '{}\n{}\n{"a');
  expect(await checkLineEnds(path, 0, BRACE)).toEqual({ end: 6, areSame: true });
  await appendFile(path, '":1}\n[\n{}\n');
  expect(await checkLineEnds(path, 6, BRACE)).toEqual({ end: 19, areSame: false });
  expect(await checkLineEnds(path, 16, BRACE)).toEqual({ end: 19, areSame: true });
  await writeFile(path, '');
  expect(await checkLineEnds(path, 0, BRACE)).toEqual({ end: 0, areSame: true });
});

test('also where a line feed is the first byte that is read of a block', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-ends-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, 'lines');
  const block = 256 * 1024;
  await writeFile(path, `${'x'.repeat(block - 1)}}\n{}\n`);
  expect((await checkLineEnds(path, 0, BRACE)).areSame).toBe(true);
  await writeFile(path, `${'x'.repeat(block)}\n{}\n`);
  expect((await checkLineEnds(path, 0, BRACE)).areSame).toBe(false);
});
