import { type FileHandle, open } from 'node:fs/promises';
import { arrivalOfKey, type CspLine, keyOfId, keyOfTime, parseLine } from '#core/csp/report/line.ts';
import { backwardLines, lineAfter, type PlacedLine } from '#platform/log-files/backward-lines.ts';
import { beginningOf, endOf, type StreamFile } from './stream-files.ts';

/** A file of the log stream that is open. */
export type StreamFileReader = {
  /** Whether its lines have ids that tell when they came. Lines of older versions do not: their place stands for it. */
  isKeyed: boolean;
  /**
   * Whether its ids are of the day in its name. They are of a later one where the clock was set back while its writer ran:
   * ids only rise. Then only the file's day tells when its lines came.
   */
  isTimely: boolean;
  /** Its lines, the newest first, in blocks; before `key` where lines have keys. */
  linesBefore(key: string | undefined): AsyncGenerator<CspLine[], void, void>;
  /** The line with this key, of a file whose lines have keys. */
  lineAt(key: string): Promise<CspLine | null>;
  close(): Promise<void>;
};

/** What halving leaves is read. */
const SMALL_RANGE_BYTES = 64 * 1024;
/** A byte's place counts as a µs of the file's day. Files are smaller than this, and so many fit into a day. */
const MOST_FILE_BYTES = 1e8;
const MOST_FILES_A_DAY = 860;
/** Where its first line is looked for. */
const FIRST_BYTES = 64 * 1024;

/** @returns null for a file that rotation removed meanwhile. @throws what the file system says else. */
export async function openStreamFile(about: StreamFile): Promise<StreamFileReader | null> {
  let file: FileHandle;
  try {
    file = await open(about.path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { size } = await file.stat();
    const parseAt = ({ text, offset }: PlacedLine) => {
      const key = placeKey(about, offset);
      return parseLine(text, { key, id: key });
    };
    const [first] = await firstOf(file, 0, Math.min(size, FIRST_BYTES), parseAt);
    const isKeyed = !first || keyOfId(first.id) !== null;
    const parse = isKeyed ? parseKeyed : parseAt;
    const isOfDay = ({ key }: CspLine) => beginningOf(about) <= arrivalOfKey(key) && arrivalOfKey(key) < endOf(about);
    const last = isKeyed ? await lastOf(file, size) : null;
    const isTimely = !isKeyed || [first, last].every((line) => !line || isOfDay(line));
    const linesBefore = async function* (key: string | undefined) {
      const limit = isKeyed ? key : undefined;
      const end = limit === undefined ? size : await seek(file, size, limit);
      for await (const block of backwardLines(file, end)) {
        yield block.flatMap((placed) => {
          const line = parse(placed);
          return line && (limit === undefined || line.key < limit) ? [line] : [];
        });
      }
    };
    return {
      isKeyed,
      isTimely,
      linesBefore,
      async lineAt(key) {
        for await (const [line] of linesBefore(`${key}~`)) if (line) return line.key === key ? line : null;
        return null;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The key of a line without one: of its day, and in the order of its writer's files. */
const placeKey = ({ day, count, writer }: StreamFile, offset: number): string =>
  `${keyOfTime(day + (Math.min(count, MOST_FILES_A_DAY) * MOST_FILE_BYTES + offset) / 1000)}-${writer}.${count}`;

/** The last line of a file whose lines have keys. */
async function lastOf(file: FileHandle, size: number): Promise<CspLine | null> {
  for await (const block of backwardLines(file, size)) {
    for (const placed of block) {
      const line = parseKeyed(placed);
      if (line) return line;
    }
  }
  return null;
}

const parseKeyed = ({ text }: PlacedLine): CspLine | null => parseLine(text, null);

/** Where a backward reader begins that wants all lines before `key`, of a file whose keys ascend. */
async function seek(file: FileHandle, size: number, key: string): Promise<number> {
  let [low, high] = [0, size];
  while (high - low > SMALL_RANGE_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const [line, offset] = await firstOf(file, middle, high, parseKeyed);
    if (line === null) high = middle;
    else if (line.key < key) low = offset + 1;
    else high = offset;
  }
  return high;
}

/** The first line of a range that is one, and where it begins. */
async function firstOf(
  file: FileHandle,
  from: number,
  to: number,
  parse: (line: PlacedLine) => CspLine | null,
): Promise<[line: CspLine | null, offset: number]> {
  for (let at = from; at < to; ) {
    const placed = await lineAfter(file, at, to);
    if (placed === null) break;
    const line = parse(placed);
    if (line) return [line, placed.offset];
    at = placed.offset + 1;
  }
  return [null, to];
}
