import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the log stream: each writer writes one after the other, counted from 1, of one UTC day each. */
export type StreamFile = {
  path: string;
  writer: string;
  count: number;
  /** The beginning of its day, in ms since 1970. */
  day: number;
  /** Its writer may still add to it. */
  isGrowing: boolean;
};

/** A file has the lines that came on its day, of what happened up to `MOST_AGE_MS` before. */
export type StreamTime = {
  /** Of what happened. */
  since?: number | undefined;
  until?: number | undefined;
};

const NAME = /^csp_report\.(\d{4}-\d\d-\d\d)\.([\w-]+)\.(\d+)\.ndjson$/;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Browsers send what happened up to so long ago. */
export const MOST_AGE_MS = 2 * DAY_MS;
/** Around midnight a line may come before its file's day begins, and clocks of several machines differ. */
const SLACK_MS = 10 * 60 * 1000;

/** All lines of a file came from this time on and before the other. In ms since 1970. */
export const beginningOf = ({ day }: Pick<StreamFile, 'day'>): number => day - SLACK_MS;
export const endOf = ({ day }: Pick<StreamFile, 'day'>): number => day + DAY_MS + SLACK_MS;

/** The files that may hold lines of a time, by their names. No folder, no files. */
export async function listStreamFiles(
  dir: string,
  { since = -Infinity, until = Infinity }: StreamTime = {},
  now = Date.now(),
): Promise<StreamFile[]> {
  const entries = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = entries.flatMap((entry) => {
    const [, date = '', writer = '', count] = NAME.exec(entry) ?? [];
    const day = Date.parse(date);
    return Number.isNaN(day) ? [] : [{ path: join(dir, entry), writer, count: Number(count), day }];
  });
  const newest = new Map<string, number>();
  for (const { writer, count } of files) newest.set(writer, Math.max(count, newest.get(writer) ?? 0));
  return files
    .filter((file) => endOf(file) > since && beginningOf(file) - MOST_AGE_MS < until)
    .map((file) => ({ ...file, isGrowing: newest.get(file.writer) === file.count && endOf(file) > now }));
}

/** What changes with each line that comes: as long as it is the same, what was read of the files stands. */
export async function stateOf(files: readonly StreamFile[]): Promise<string> {
  const growing = files.filter(({ isGrowing }) => isGrowing);
  const states = growing.map(({ path }) =>
    stat(path).then(
      ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
      () => 'gone',
    ),
  );
  return (await Promise.all(states)).join('\n');
}
