import { type FSWatcher, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { advance, emptyPosition, type FilePlace, resumeAt, type TailPosition } from '#core/lines/tail-position.ts';
import { dayOf, type LogFile, listFiles } from './rotated-files.ts';
import { lastLineEnd, readLines } from './tail-files-lines.ts';

/** Lines of one file that arrived together. They bring a reader of the file up to `end`. */
export type TailedLines = {
  file: FilePlace;
  lines: { text: string; end: number }[];
  /** How many lines before these came too fast to be read. */
  skipped: number;
  end: number;
};

type Listener = (tailed: TailedLines) => void;

/** Somebody who hears of lines: of none before `position`, and of every one after it. */
export type TailListening = {
  position: TailPosition;
  /** What lies between a place and `position`. @returns null when it is more than `mostBytes`. */
  since: (from: TailPosition, mostBytes: number) => Promise<TailedLines[] | null>;
  leave: () => void;
};

export type FileTail = {
  /** Hands over what is appended from now on. */
  listen(listener: Listener): TailListening;
  stop(): void;
};

export type FileTailOptions = {
  dir: string;
  /** What file names begin with: `<name>.<date>.<writer>.<n>.ndjson`. */
  name: string;
  /** Called for the first failure in a row. */
  onFailure: (error: unknown) => void;
};

/**
 * For changes that the file watch doesn't report: folders on other machines, limits of the system, a recreated folder.
 */
const POLL_MS = 1_000;
/** What comes together is read together. */
const GATHER_MS = 50;
/** Of one file, at a time: some 20,000 lines a second. */
const MOST_READ_BYTES = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

type Followed = { file: LogFile; offset: number };

/**
 * Follows the files that `createRotatedFiles` writes, of all writers in the folder, from their present ends on: new
 * files, rotated ones and removed ones. By hand, because packages follow a file by its name, or tell that a folder
 * changed, and not which bytes came.
 */
export async function tailFiles({ dir, name, onFailure }: FileTailOptions): Promise<FileTail> {
  const followed = new Map<string, Followed>();
  const listeners = new Set<Listener>();
  let watcher: FSWatcher | undefined;
  let isFailing = false;
  let isReading = false;
  let isWoken = false;
  let stopped = false;

  async function readNew(): Promise<void> {
    const files = await listLive(dir, name);
    const present = new Set(files.map(({ path }) => path));
    for (const path of followed.keys()) if (!present.has(path)) followed.delete(path);
    for (const file of files.sort((a, b) => a.modifiedAt - b.modifiedAt)) {
      const known = followed.get(file.path)?.offset ?? 0;
      // A writer takes back a chunk that it could not write whole.
      const offset = Math.min(known, file.size);
      const { lines, counted, end } =
        file.size > offset
          ? await readLines(file.path, offset, file.size, MOST_READ_BYTES).catch(gone(offset))
          : nothing(offset);
      followed.set(file.path, { file, offset: end });
      if (end > offset) for (const listener of listeners) listener({ file, lines, skipped: counted, end });
    }
  }

  async function readWhileWoken(): Promise<void> {
    isReading = true;
    while (isWoken && !stopped) {
      isWoken = false;
      try {
        await readNew();
        isFailing = false;
      } catch (error) {
        if (!isFailing) onFailure(error);
        isFailing = true;
      }
      await delay(GATHER_MS, undefined, { ref: false });
    }
    isReading = false;
  }

  function wake(): void {
    isWoken = true;
    if (!isReading) void readWhileWoken();
  }

  function watchFolder(): void {
    if (watcher) return;
    try {
      watcher = watch(dir, { persistent: false }, wake);
      watcher.on('error', () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      watcher = undefined; // the poll goes on without it
    }
  }

  await mkdir(dir, { recursive: true });
  watchFolder();
  for (const end of await ends(dir, name)) followed.set(end.file.path, end);
  const poll = setInterval(() => {
    watchFolder();
    wake();
  }, POLL_MS).unref();

  return {
    listen(listener) {
      const present = [...followed.values()];
      listeners.add(listener);
      return {
        position: positionOf(present),
        since: (from, mostBytes) => readBetween(from, present, mostBytes),
        leave: () => void listeners.delete(listener),
      };
    },
    stop() {
      stopped = true;
      clearInterval(poll);
      watcher?.close();
      listeners.clear();
    },
  };
}

async function readBetween(given: TailPosition, present: Followed[], mostBytes: number): Promise<TailedLines[] | null> {
  // One that was given while the clock was ahead: what is new since then would seem old.
  const position = { ...given, at: Math.min(given.at, Date.now()) };
  const ranges = present.flatMap(({ file, offset }) => {
    const from = resumeAt(position, file);
    return from === null || from >= offset ? [] : [{ file, from, to: offset }];
  });
  if (ranges.reduce((sum, { from, to }) => sum + to - from, 0) > mostBytes) return null;
  const tailed: TailedLines[] = [];
  for (const { file, from, to } of ranges.sort((a, b) => a.file.modifiedAt - b.file.modifiedAt)) {
    const { lines, end } = await readLines(file.path, from, to, mostBytes).catch(gone(from));
    tailed.push({ file, lines, skipped: 0, end });
  }
  return tailed;
}

/** Where the files end now; without a folder, there are no files. Following them from here shows every later line. */
export async function endPosition(dir: string, name: string): Promise<TailPosition> {
  return positionOf(await ends(dir, name).catch(noFolder));
}

/** Of yesterday too: a writer may be in the middle of its last chunk at midnight. */
const listLive = (dir: string, name: string) => listFiles(dir, name, dayOf(Date.now() - DAY_MS));

async function ends(dir: string, name: string): Promise<Followed[]> {
  const found: Followed[] = [];
  for (const file of await listLive(dir, name))
    found.push({ file, offset: await lastLineEnd(file.path, file.size).catch(() => file.size) });
  return found;
}

function positionOf(followed: Iterable<Followed>): TailPosition {
  const position = emptyPosition(Date.now());
  for (const { file, offset } of followed) advance(position, file, offset);
  return position;
}

function noFolder(error: NodeJS.ErrnoException): [] {
  if (error.code !== 'ENOENT') throw error;
  return [];
}

const nothing = (end: number) => ({ lines: [], counted: 0, end });

/** A file may be removed while it is read: its bound is full. */
const gone = (end: number) => (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ENOENT') throw error;
  return nothing(end);
};
