import { advance, copyPosition, type FilePlace, type TailPosition } from './tail-position.ts';

/** Lines that were read from a file together and match the reader's filter. The file was read up to `end`. */
export type TailedPart<Line> = {
  file: FilePlace;
  lines: { line: Line; end: number }[];
  /** How many lines were dropped before these. */
  skipped: number;
  end: number;
};

export type TailBatch<Line> = {
  /** In the order of their arrival. */
  lines: Line[];
  /** How many lines were dropped before these. */
  skipped: number;
  /** Where to continue after these lines. */
  position: TailPosition;
};

export type TailQueue<Line> = {
  push(part: TailedPart<Line>): void;
  /** Whether no lines are waiting, and none were dropped. */
  isEmpty(): boolean;
  /** Whether the reader's position hasn't changed either. */
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
  /** Advances the position without lines, because none of the file's lines match. */
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
