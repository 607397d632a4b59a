import { setTimeout as delay } from 'node:timers/promises';

export type LineWriter = {
  /**
   * Takes a line with its line feed. Never waits and never throws: what has no room is counted and said later.
   * @param evenWithoutRoom for the few lines that stand for many.
   */
  push(line: string, evenWithoutRoom?: boolean): void;
  /** How many lines were lost so far. */
  lost(): number;
  /** Resolves when what was pushed so far is written, or could not be. */
  flush(): Promise<void>;
};

type Chunk = { text: string; bytes: number; lines: number };

export type LineWriterOptions = {
  /** Writes a chunk of whole lines, all of it, or throws. */
  write: (chunk: Buffer) => Promise<void>;
  /** How much may wait. */
  mostWaitingBytes: number;
  /** How much is written at once, but for a longer line. */
  mostChunkBytes: number;
  /** The line that says how many lines were lost. */
  lostLine: (lines: number) => string;
  /** Told of the first failure of a row. */
  onFailure: (error: unknown) => void;
};

/** Lines that come together are written together. */
const GATHER_MS = 5;
/** After a failure. */
const PAUSE_MS = 1_000;

/**
 * Writes lines in their order by whole chunks, with a bound on what waits: under a flood lines are lost and counted,
 * and memory stays flat.
 */
export function createLineWriter({
  write,
  mostWaitingBytes,
  mostChunkBytes,
  lostLine,
  onFailure,
}: LineWriterOptions): LineWriter {
  let waiting: Chunk[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let untold = 0;
  let isFailing = false;
  let writing: Promise<void> | undefined;
  let inHaste = false;

  function drop(lines: number): void {
    lost += lines;
    untold += lines;
  }

  function append(line: string, bytes: number, lines: number): void {
    const last = waiting.at(-1);
    if (last && last.bytes + bytes <= mostChunkBytes) {
      last.text += line;
      last.bytes += bytes;
      last.lines += lines;
    } else {
      waiting.push({ text: line, bytes, lines });
    }
    waitingBytes += bytes;
  }

  async function writeAll(): Promise<void> {
    if (!inHaste) await delay(GATHER_MS);
    while (waiting.length > 0 || untold > 0) {
      const told = untold;
      if (told > 0) {
        untold = 0;
        const line = lostLine(told);
        append(line, Buffer.byteLength(line), 0);
      }
      const chunks = waiting;
      waiting = [];
      const failed = await writeChunks(chunks);
      if (!failed) continue;
      untold += told;
      if (inHaste) return;
      await delay(PAUSE_MS, undefined, { ref: false });
    }
  }

  /** @returns whether some could not be written; those are counted as lost. */
  async function writeChunks(chunks: Chunk[]): Promise<boolean> {
    for (const [index, chunk] of chunks.entries()) {
      try {
        await write(Buffer.from(chunk.text));
        waitingBytes -= chunk.bytes;
        isFailing = false;
      } catch (error) {
        if (!isFailing) onFailure(error);
        isFailing = true;
        for (const { lines, bytes } of chunks.slice(index)) {
          drop(lines);
          waitingBytes -= bytes;
        }
        return true;
      }
    }
    return false;
  }

  function start(): Promise<void> {
    writing ??= writeAll().finally(() => {
      writing = undefined;
      if (waiting.length > 0) void start();
    });
    return writing;
  }

  return {
    push(line, evenWithoutRoom = false) {
      const bytes = Buffer.byteLength(line);
      if (!evenWithoutRoom && waitingBytes + bytes > mostWaitingBytes) drop(1);
      else append(line, bytes, 1);
      if (!writing) void start();
    },
    lost: () => lost,
    async flush() {
      inHaste = true;
      await start();
      inHaste = false;
    },
  };
}
