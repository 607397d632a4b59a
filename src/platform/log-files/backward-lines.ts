import type { FileHandle } from 'node:fs/promises';

/** A line of a file without its line feed, and where it begins. */
export type PlacedLine = { text: string; offset: number };

const BLOCK_BYTES = 64 * 1024;
/** Nobody writes longer lines; what has no line feed for so long is passed over. */
const MOST_LINE_BYTES = 1024 * 1024;
const LINE_FEED = 10;

/**
 * Reads the whole lines of a file from `end` back to its beginning, a block at a time: each time those of a block, the
 * last one first. By hand, because `node:readline` only reads forward. What has no line feed after it, such as a torn line, is none.
 */
export async function* backwardLines(file: FileHandle, end: number): AsyncGenerator<PlacedLine[], void, void> {
  // The rest of a line whose beginning is in blocks still to come; null where that line is to be passed over.
  let rest: Buffer[] | null = null;
  let restBytes = 0;
  for (let blockEnd = end; blockEnd > 0; ) {
    const begin = Math.max(0, blockEnd - BLOCK_BYTES);
    const block = await readBlock(file, begin, blockEnd - begin);
    // The file was cut meanwhile: what was read of it is not what stood there.
    if (block.length < blockEnd - begin) return;
    const lines: PlacedLine[] = [];
    let lineEnd = block.length;
    for (
      let feed = block.lastIndexOf(LINE_FEED);
      feed >= 0;
      feed = feed === 0 ? -1 : block.lastIndexOf(LINE_FEED, feed - 1)
    ) {
      if (rest) lines.push({ text: textOf([block.subarray(feed + 1, lineEnd), ...rest]), offset: begin + feed + 1 });
      rest = [];
      restBytes = 0;
      lineEnd = feed;
    }
    restBytes += lineEnd;
    if (rest && restBytes <= MOST_LINE_BYTES) rest.unshift(block.subarray(0, lineEnd));
    else rest = null;
    if (begin === 0 && rest) lines.push({ text: textOf(rest), offset: 0 });
    blockEnd = begin;
    if (lines.length > 0) yield lines;
  }
}

const textOf = (pieces: Buffer[]): string =>
  pieces.length === 1 && pieces[0] ? pieces[0].toString('utf8') : Buffer.concat(pieces).toString('utf8');

const PROBE_BYTES = 16 * 1024;

/**
 * The first whole line that begins at `from` or after.
 * @param from 0, or any byte: then what begins before it is passed over.
 * @returns null when there is none before `to`.
 */
export async function lineAfter(file: FileHandle, from: number, to: number): Promise<PlacedLine | null> {
  let isInside = from > 0;
  let offset = from;
  const pieces: Buffer[] = [];
  for (let at = Math.max(0, from - 1); at < to + MOST_LINE_BYTES; ) {
    const block = await readBlock(file, at, PROBE_BYTES);
    let begin = 0;
    if (isInside) {
      const feed = block.indexOf(LINE_FEED);
      if (feed >= 0) {
        isInside = false;
        begin = feed + 1;
        offset = at + begin;
        if (offset >= to) return null;
      }
    }
    if (!isInside) {
      const feed = block.indexOf(LINE_FEED, begin);
      if (feed >= 0) return { text: textOf([...pieces, block.subarray(begin, feed)]), offset };
      pieces.push(block.subarray(begin));
    }
    if (block.length < PROBE_BYTES) return null;
    at += block.length;
  }
  return null;
}

async function readBlock(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
