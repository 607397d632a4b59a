import { type FileHandle, open } from 'node:fs/promises';

/** A line of a file, without its line feed. */
export type ReadLine = { text: string; end: number };

export type ReadLines = {
  lines: ReadLine[];
  /** How many lines of the range were only counted. */
  counted: number;
  /** Where the last whole line ends. */
  end: number;
};

const BLOCK_BYTES = 1024 * 1024;
/** Longer than the lines of the log are. */
const END_BYTES = 64 * 1024;
const LINE_FEED = 10;

/**
 * The whole lines of a file's range, which begins where a line begins. What is beyond `mostBytes` is counted, from the
 * oldest on, and a line that has no end yet is left for later.
 * @throws what the file system says, such as ENOENT once the file was removed.
 */
export async function readLines(path: string, from: number, to: number, mostBytes: number): Promise<ReadLines> {
  const read: ReadLines = { lines: [], counted: 0, end: from };
  await using file = await open(path);
  while (read.end < to) {
    const begin = read.end;
    const block = await readBlock(file, begin, Math.min(BLOCK_BYTES, to - begin));
    for (let at = 0; ; ) {
      const feed = block.indexOf(LINE_FEED, at);
      if (feed < 0) break;
      if (to - begin - at > mostBytes) read.counted += 1;
      else read.lines.push({ text: block.toString('utf8', at, feed), end: begin + feed + 1 });
      at = feed + 1;
      read.end = begin + at;
    }
    if (read.end > begin) continue;
    // Nobody writes lines of that length: what follows is read as if a line began there.
    if (block.length === BLOCK_BYTES) read.end += BLOCK_BYTES;
    else break;
  }
  return read;
}

/** Where the last whole line before `size` ends: whoever begins there sees no torn line. */
export async function lastLineEnd(path: string, size: number): Promise<number> {
  await using file = await open(path);
  for (let end = size; end > 0; end -= END_BYTES) {
    const begin = Math.max(0, end - END_BYTES);
    const feed = (await readBlock(file, begin, end - begin)).lastIndexOf(LINE_FEED);
    if (feed >= 0) return begin + feed + 1;
  }
  return 0;
}

async function readBlock(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
