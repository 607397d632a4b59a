import { setTimeout as delay } from 'node:timers/promises';

export type LineWriter = {
  /**
   * Takes a line with its line feed. Never waits and never throws: lines that exceed the buffer are counted, and
   * reported later.
   * @param evenWhenFull for the few lines that count several reports.
   */
  push(line: string, evenWhenFull?: boolean): void;
  /** How many lines were lost so far. */
  lost(): number;
  /** What the last write threw; null when it went well. */
  failure(): unknown;
  /** Resolves when what was pushed so far is written, or could not be. */
  flush(): Promise<void>;
};

export type LineWriterOptions = {
  /** Writes chunks of whole lines, all of them, or throws. They are its own until it is done. */
  write: (chunks: readonly Uint8Array[]) => Promise<void>;
  /** How much may wait; the lines that stand for many may take as much again. */
  mostWaitingBytes: number;
  /** How much is written at once, but for a longer line. */
  mostWriteBytes: number;
  /**
   * The line that says how many lines were lost.
   * @param error what the last write that failed threw; null when only the buffer was full.
   */
  lostLine: (lines: number, error: unknown) => string;
  /** Called for the first failure in a row. */
  onFailure: (error: unknown) => void;
};

type Chunk = { buffer: Buffer; bytes: number; lines: number };

/** Lines that come together are written together. */
const GATHER_MS = 10;
/** After a failure. */
const PAUSE_MS = 1_000;
/** Of a UTF-16 code unit in UTF-8. */
const MOST_BYTES_A_CHARACTER = 3;
/** What a processor keeps close: copied into and written from, twice as fast as a few MiB. */
const MOST_CHUNK_BYTES = 256 * 1024;

/**
 * Writes lines in their order by whole chunks, with a bound on what waits: under a flood lines are lost and counted,
 * and memory stays flat, for the chunks are used again. By hand, because sonic-boom, which pino writes with,
 * drops what does not fit, and the few lines that stand for many with it.
 */
export function createLineWriter({
  write,
  mostWaitingBytes,
  mostWriteBytes,
  lostLine,
  onFailure,
}: LineWriterOptions): LineWriter {
  const chunkBytes = Math.min(MOST_CHUNK_BYTES, mostWriteBytes);
  const mostKept = Math.ceil(mostWaitingBytes / chunkBytes / 4);
  const free: Buffer[] = [];
  let waiting: Chunk[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let unreported = 0;
  /** The failures of the last write, and of all writes since the last line that reported losses. */
  let failure: unknown = null;
  let cause: unknown = null;
  let writing: Promise<void> | undefined;
  let inHaste = false;

  function drop(lines: number): void {
    lost += lines;
    unreported += lines;
  }

  /** A chunk with room for so many bytes. */
  function chunkFor(bytes: number): Chunk {
    const last = waiting.at(-1);
    if (last && last.bytes + bytes <= last.buffer.length) return last;
    const fits = bytes <= chunkBytes;
    const buffer = (fits && free.pop()) || Buffer.allocUnsafeSlow(Math.max(chunkBytes, bytes));
    const chunk = { buffer, bytes: 0, lines: 0 };
    waiting.push(chunk);
    return chunk;
  }

  function append(line: string, lines: number): void {
    const last = waiting.at(-1);
    // Nearly every line fits whatever its characters are, so that its bytes need not be counted first.
    const fits = last !== undefined && last.bytes + line.length * MOST_BYTES_A_CHARACTER <= last.buffer.length;
    const chunk = fits ? last : chunkFor(Buffer.byteLength(line));
    const written = chunk.buffer.write(line, chunk.bytes);
    chunk.bytes += written;
    chunk.lines += lines;
    waitingBytes += written;
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0 || unreported > 0) {
      if (!inHaste) await delay(GATHER_MS);
      const reported = unreported;
      if (reported > 0) {
        unreported = 0;
        append(lostLine(reported, cause), 0);
      }
      const chunks = waiting;
      waiting = [];
      const failed = await writeChunks(chunks);
      if (!failed) {
        if (unreported === 0) cause = null;
        continue;
      }
      unreported += reported;
      if (inHaste) return;
      await delay(PAUSE_MS, undefined, { ref: false });
    }
  }

  /** @returns whether some could not be written; those are counted as lost. */
  async function writeChunks(chunks: Chunk[]): Promise<boolean> {
    for (let from = 0; from < chunks.length; ) {
      const some = together(chunks, from, mostWriteBytes);
      try {
        await write(some.map(({ buffer, bytes }) => buffer.subarray(0, bytes)));
        failure = null;
      } catch (error) {
        if (failure === null) onFailure(error);
        failure = error;
        cause = error;
        for (const { lines } of chunks.slice(from)) drop(lines);
        release(chunks.slice(from));
        return true;
      }
      release(some);
      from += some.length;
    }
    return false;
  }

  function release(chunks: Chunk[]): void {
    for (const { buffer, bytes } of chunks) {
      waitingBytes -= bytes;
      if (buffer.length === chunkBytes) free.push(buffer);
    }
  }

  function start(): Promise<void> {
    writing ??= writeAll().finally(() => {
      writing = undefined;
      free.length = Math.min(free.length, mostKept);
      if (waiting.length > 0) void start();
    });
    return writing;
  }

  return {
    push(line, evenWhenFull = false) {
      const most = evenWhenFull ? 2 * mostWaitingBytes : mostWaitingBytes;
      const mostBytes = waitingBytes + line.length * MOST_BYTES_A_CHARACTER;
      if (mostBytes > most && waitingBytes + Buffer.byteLength(line) > most) drop(1);
      else append(line, 1);
      if (!writing) void start();
    },
    lost: () => lost,
    failure: () => failure,
    async flush() {
      inHaste = true;
      await start();
      inHaste = false;
    },
  };
}

/** The first of these chunks and those after it that fit into one write with it. */
function together(chunks: readonly Chunk[], from: number, mostBytes: number): Chunk[] {
  let end = from;
  for (let bytes = 0; end < chunks.length; end += 1) {
    bytes += chunks[end]?.bytes ?? 0;
    if (end > from && bytes > mostBytes) break;
  }
  return chunks.slice(from, end);
}
