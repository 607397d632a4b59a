import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { backwardLines, lineAfter, type PlacedLine } from './backward-lines.ts';

async function fileOf(text: string | Buffer) {
  const dir = await mkdtemp(join(tmpdir(), 'honeyframe-lines-'));
  const path = join(dir, 'lines');
  await writeFile(path, text);
  const file = await open(path);
  onTestFinished(async () => {
    await file.close();
    await rm(dir, { recursive: true });
  });
  return { file, path };
}

async function readAll(text: string | Buffer, end = Buffer.byteLength(text)): Promise<PlacedLine[]> {
  const { file } = await fileOf(text);
  const lines: PlacedLine[] = [];
  for await (const block of backwardLines(file, end)) lines.push(...block);
  return lines;
}

/** Short lines and lines of more than a block, of one byte a character and of several. */
const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\n', ' ')),
  fc
    .tuple(fc.constantFrom('a', 'ä', '😀'), fc.integer({ min: 10_000, max: 70_000 }))
    .map(([one, times]) => one.repeat(times)),
);

test('the lines of a file come whole, from the last to the first, with their places', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.boolean(), async (lines, isTorn) => {
      const text = `${lines.map((one) => `${one}\n`).join('')}${isTorn ? '{"torn' : ''}`;
      let offset = 0;
      const placed = lines.map((one) => {
        const begin = offset;
        offset += Buffer.byteLength(one) + 1;
        return { text: one, offset: begin };
      });
      expect(await readAll(text)).toEqual(placed.toReversed());
    }),
    { numRuns: 60 },
  );
});

test('what has no line feed for a megabyte is passed over, and the lines around it are not', async () => {
  const lines = await readAll(`first\n${'x'.repeat(3_000_000)}\nlast\n`);
  expect(lines).toEqual([
    { text: 'last', offset: 3_000_007 },
    { text: 'first', offset: 0 },
  ]);
  expect(await readAll(`first\n${'\0'.repeat(3_000_000)}`)).toEqual([{ text: 'first', offset: 0 }]);
  expect(await readAll('x'.repeat(3_000_000))).toEqual([]);
});

test('a reader that begins where a line begins reads what is before it', async () => {
  expect(await readAll('one\ntwo\nthree\n', 4)).toEqual([{ text: 'one', offset: 0 }]);
});

test('a file that is cut while it is read ends', async () => {
  const { file, path } = await fileOf('a line\n'.repeat(50_000));
  const reader = backwardLines(file, 350_000);
  await reader.next();
  await writeFile(path, 'a line\n');
  expect((await reader.next()).done).toBe(true);
});

test('the line after a byte is the first that begins there or later', async () => {
  const long = 'ä'.repeat(40_000);
  const text = `one\n${long}\nthree\ntorn`;
  const { file } = await fileOf(text);
  const size = Buffer.byteLength(text);
  const places = { one: 0, long: 4, three: 80_005 };
  for (const [from, expected] of [
    [0, { text: 'one', offset: places.one }],
    [1, { text: long, offset: places.long }],
    [4, { text: long, offset: places.long }],
    [5, { text: 'three', offset: places.three }],
    [places.three, { text: 'three', offset: places.three }],
    [places.three + 1, null],
  ] as const)
    expect(await lineAfter(file, from, size)).toEqual(expected);
  expect(await lineAfter(file, 5, places.three)).toBeNull();
});
