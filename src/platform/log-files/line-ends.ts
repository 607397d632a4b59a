import { open } from 'node:fs/promises';

const BLOCK_BYTES = 256 * 1024;
const LINE_FEED = 10;

/**
 * Looks at the last byte of each line of a file from `from` on, which is where a line begins.
 * @returns where the last whole line ends, and whether all of them end with this byte. A line without a line feed is
 * not looked at.
 * @throws what the file system says.
 */
export async function checkLineEnds(
  path: string,
  from: number,
  last: number,
): Promise<{ end: number; areSame: boolean }> {
  await using file = await open(path);
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let [end, areSame, before] = [from, true, LINE_FEED];
  for (let at = from; ; ) {
    const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, at);
    if (bytesRead === 0) return { end, areSame };
    const read = block.subarray(0, bytesRead);
    for (let feed = read.indexOf(LINE_FEED); feed >= 0; feed = read.indexOf(LINE_FEED, feed + 1)) {
      const byte = feed === 0 ? before : read[feed - 1];
      if (byte !== last) areSame = false;
      end = at + feed + 1;
    }
    before = read[bytesRead - 1] ?? before;
    at += bytesRead;
  }
}
