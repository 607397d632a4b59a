import { advance, copyPosition, type FilePlace, type TailPosition } from './tail-position.ts';

/** Lines of one file that came together, those that somebody waits for; the file is known up to `end`. */
export type TailedPart<Line> = {
  file: FilePlace;
  lines: { line: Line; end: number }[];
  /** How many were left out before these. */
  skipped: number;
  end: number;
};

export type TailBatch<Line> = {
  /** In the order in which they came. */
  lines: Line[];
  /** How many were left out before these. */
  skipped: number;
  /** Where to continue after these lines. */
  position: TailPosition;
};

export type TailQueue<Line> = {
  push(part: TailedPart<Line>): void;
  /** Whether no line waits, and none was left out. */
  isEmpty(): boolean;
  /** Whether not even the reader's place has moved. */
  isIdle(): boolean;
  /** The oldest lines, up to `most`. */
  take(most: number, at: number): TailBatch<Line>;
};

/**
 * Lines that wait for a possibly slow reader: the newest `mostWaiting` ones, while older ones are dropped and counted.
 * @param from the reader's position.
 */
export function createTailQueue<Line>(from: TailPosition, mostWaiting: number): TailQueue<Line> {
  const position = copyPosition(from);
  /** Without a line: nothing of the file waits, but it is known up to there. */
  const waiting: { file: FilePlace; end: number; line?: Line }[] = [];
  let skipped = 0;

  function leave(entries: typeof waiting): Line[] {
    for (const { file, end } of entries) advance(position, file, end);
    return entries.flatMap(({ line }) => (line === undefined ? [] : [line]));
  }

  return {
    push(part) {
      skipped += part.skipped;
      for (const { line, end } of part.lines) waiting.push({ file: part.file, end, line });
      if (part.lines.at(-1)?.end !== part.end) waiting.push({ file: part.file, end: part.end });
      const excess = waiting.length - mostWaiting;
      if (excess > 0) skipped += leave(waiting.splice(0, excess)).length;
    },
    isIdle: () => skipped === 0 && waiting.length === 0,
    isEmpty: () => skipped === 0 && waiting.every(({ line }) => line === undefined),
    take(most, at) {
      const batch = { lines: leave(waiting.splice(0, most)), skipped, position: { ...copyPosition(position), at } };
      skipped = 0;
      return batch;
    },
  };
}
