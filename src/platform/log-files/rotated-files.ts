import {
  close as closeFd,
  fstat as fstatFd,
  ftruncate as ftruncateFd,
  open as openFd,
  writev as writeFd,
} from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const open = promisify(openFd);
const close = promisify(closeFd);
const fstat = promisify(fstatFd);
const ftruncate = promisify(ftruncateFd);
const write = promisify(writeFd);

export type RotatedFiles = {
  /** Appends chunks of whole lines. @throws what the file system says; then nothing of them is in the file. */
  write(chunks: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
};

export type RotatedFilesOptions = {
  dir: string;
  /** What file names begin with: `<name>.<date>.<writer>.<n>.ndjson`. */
  name: string;
  /** One writer writes to a file: letters, digits and hyphens. */
  writer: string;
  /** Of all files of this name in the folder, of all writers. */
  mostBytes: number;
  now?: () => number;
};

/** A file that nobody wrote to for so long is left by its writer, and another writer may remove it after twice that. */
const IDLE_MS = 10 * 60 * 1000;
/** How often it is looked whether somebody removed the file under us. */
const LOOK_MS = 1_000;
const MOST_FILE_BYTES = 64 * 1024 * 1024;
/** How many files fit into the limit, which is also how many processes can write into one folder. */
const FILES = 16;

/** How large one file gets: a new one is begun before. */
export const fileBytesOf = (mostBytes: number): number => Math.min(MOST_FILE_BYTES, Math.floor(mostBytes / FILES));

/**
 * Files that are rotated by size and UTC day, and bounded in all: the oldest go first. Any number of processes may
 * write into one folder, each into files of its own, so that no line is torn. By hand, because pino-roll and its like
 * bound the files of one process by their count, and not those of all processes by their bytes.
 */
export function createRotatedFiles({
  dir,
  name,
  writer,
  mostBytes,
  now = () => Date.now(),
}: RotatedFilesOptions): RotatedFiles {
  const fileBytes = fileBytesOf(mostBytes);
  let current: { fd: number; day: string; size: number; writtenAt: number; lookedAt: number } | undefined;
  let count = 0;

  async function begin(at: number): Promise<NonNullable<typeof current>> {
    await mkdir(dir, { recursive: true });
    const day = dayOf(at);
    count += 1;
    const fd = await open(join(dir, `${name}.${day}.${writer}.${count}.ndjson`), 'ax', 0o640);
    await prune({ dir, name, mostBytes, fileBytes, at });
    return { fd, day, size: 0, writtenAt: at, lookedAt: at };
  }

  async function leave(): Promise<void> {
    const left = current;
    current = undefined;
    if (left) await close(left.fd);
  }

  async function mustBegin(bytes: number, at: number): Promise<boolean> {
    if (!current) return true;
    if (current.size > 0 && current.size + bytes > fileBytes) return true;
    if (current.day !== dayOf(at) || at - current.writtenAt > IDLE_MS) return true;
    if (at - current.lookedAt < LOOK_MS) return false;
    current.lookedAt = at;
    return (await fstat(current.fd)).nlink === 0;
  }

  return {
    async write(chunks) {
      const at = now();
      const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
      if (await mustBegin(bytes, at)) {
        await leave();
        current = await begin(at);
      }
      const file = current;
      if (!file) return;
      try {
        await writeWhole(file.fd, chunks);
      } catch (error) {
        // A torn line would spoil the next one; the file ends where it was whole.
        await ftruncate(file.fd, file.size).catch(() => {});
        await leave().catch(() => {});
        throw error;
      }
      file.size += bytes;
      file.writtenAt = at;
    },
    close: leave,
  };
}

const FULL_PIPE_PAUSE_MS = 10;

/** Writes all of these chunks, also into a pipe that is full for a while. */
export async function writeWhole(fd: number, chunks: readonly Uint8Array[]): Promise<void> {
  for (let left = chunks; left.length > 0; ) {
    try {
      left = after((await write(fd, left)).bytesWritten, left);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await delay(FULL_PIPE_PAUSE_MS);
    }
  }
}

/** What is left of chunks when so many bytes of them are gone. */
function after(bytes: number, [first, ...rest]: readonly Uint8Array[]): readonly Uint8Array[] {
  if (!first) return [];
  return bytes < first.length ? [first.subarray(bytes), ...rest] : after(bytes - first.length, rest);
}

/** The UTC day that stands in a file's name. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** A file of the stream, as the folder shows it. */
export type LogFile = { path: string; writer: string; count: number; size: number; modifiedAt: number };

/** Removes the oldest files until the others, with what their writers may still add, stay within the bound. */
async function prune(bound: {
  dir: string;
  name: string;
  mostBytes: number;
  fileBytes: number;
  at: number;
}): Promise<void> {
  const files = inOrderOfWriting(await listFiles(bound.dir, bound.name));
  const newest = new Map<string, number>();
  for (const { writer, count } of files) newest.set(writer, Math.max(count, newest.get(writer) ?? 0));
  const isLive = ({ writer, count, modifiedAt }: LogFile) =>
    newest.get(writer) === count && bound.at - modifiedAt < 2 * IDLE_MS;
  let total = files.reduce((sum, file) => sum + (isLive(file) ? Math.max(file.size, bound.fileBytes) : file.size), 0);
  for (const file of files) {
    if (total <= bound.mostBytes) return;
    if (isLive(file)) continue;
    await rm(file.path, { force: true });
    total -= file.size;
  }
}

/**
 * The oldest first. A writer leaves a file before it begins the next: one that seems newer was written while the clock
 * was ahead.
 */
function inOrderOfWriting(files: readonly LogFile[]): LogFile[] {
  const found: LogFile[] = [];
  for (const own of Map.groupBy(files, ({ writer }) => writer).values()) {
    let notAfter = Infinity;
    for (const file of own.toSorted((a, b) => b.count - a.count)) {
      notAfter = Math.min(notAfter, file.modifiedAt);
      found.push({ ...file, modifiedAt: notAfter });
    }
  }
  return found.sort((a, b) => a.modifiedAt - b.modifiedAt || a.count - b.count);
}

/**
 * The files of a name in a folder, of all writers, in no order.
 * @param firstDay leaves out the files of the days before, which nobody writes to any more.
 */
export async function listFiles(dir: string, name: string, firstDay = ''): Promise<LogFile[]> {
  const pattern = new RegExp(`^${name}\\.(\\d{4}-\\d\\d-\\d\\d)\\.([\\w-]+)\\.(\\d+)\\.ndjson$`);
  const found: LogFile[] = [];
  for (const entry of await readdir(dir)) {
    const [, day = '', writer, count] = pattern.exec(entry) ?? [];
    if (!writer || day < firstDay) continue;
    const path = join(dir, entry);
    const about = await stat(path).catch(() => null); // another process may have removed it meanwhile
    if (about) found.push({ path, writer, count: Number(count), size: about.size, modifiedAt: about.mtimeMs });
  }
  return found;
}
