import { randomBytes } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Config } from '../config.ts';
import { createLineWriter } from './line-writer.ts';
import type { Logger } from './log.ts';
import { createRotatedFiles, fileBytesOf, writeWhole } from './rotated-files.ts';

/** The log stream of CSP reports: lines as a pino logger named `csp_report` writes them, to rotated files and to standard output. */
export type CspLog = {
  /** Writes one line. Never waits and never throws. @param at the line's time, in ms since 1970. */
  write(at: number, fields: object, msg: string): void;
  /** The same for a line whose other members are already JSON: `"csp":{…},"msg":"…"`. */
  writeText(at: number, members: string): void;
  /** The same for a line that stands for many, or that others refer to: it is written even when the buffer is full. */
  summarize(at: number, fields: object, msg: string): void;
  /** How many lines have no place in the files: written too fast, or the disk refused them. */
  lostLines(): number;
  /** Why the files cannot be written at the moment, and what to do, in sentences. Null when they can. */
  writeError(): string | null;
  /** Resolves when what was written so far is in the files. */
  flush(): Promise<void>;
  /** Called first when the stream ends, for last lines. */
  beforeClose(say: () => void): void;
  /** Writes what waits, and ends. */
  close(): Promise<void>;
};

const NAME = 'csp_report';
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
/** All that came in one turn of the event loop, or else the loop sets the pace: a write a turn. */
const MOST_WRITE_BYTES = 4 * 1024 * 1024;
/** What a pipe takes in one piece, so that lines of others never stand in ours (POSIX, write(2): PIPE_BUF). */
const PIPE_WRITE_BYTES = 4_096;
const STDOUT = 1;
/** In ms since 1970, in 2286: one more would have more digits. */
const LATEST = 10 ** 13 - 1;

/**
 * Opens the stream; the first file is made with the first line.
 * @param log gets a message when the stream cannot be written; with `LOG_LEVEL` silent nothing goes to standard output.
 */
export function openCspLog({ csp, logLevel }: Pick<Config, 'csp' | 'logLevel'>, log: Logger): CspLog {
  const writer = randomBytes(6).toString('hex');
  const files = createRotatedFiles({
    dir: csp.logDir,
    name: NAME,
    writer: `${hostname()
      .replace(/[^\w]+/g, '-')
      .slice(0, 32)}-${process.pid}-${writer}`,
    mostBytes: csp.logMaxBytes,
  });
  let arrived = 0;
  /**
   * What every line has right after its time: one id in the files and on standard output, and in no other line. Its
   * number is when the line came, in µs since 1970 and larger than the one before: readers merge writers by it, and
   * find a line in a file by halving.
   */
  const nextNumber = () => {
    arrived = Math.max(arrived + 1, Date.now() * 1000);
    return arrived;
  };
  const lostLine = (dropped: number, error: unknown) => {
    const reason = error === null ? 'too_fast' : lossOf(error).reason;
    const why = error === null ? 'they came faster than they could be written' : lossSentence(error, csp.logDir);
    const msg = `${dropped} ${dropped === 1 ? 'line was' : 'lines were'} dropped: ${why}`;
    const id = `${writer}-${nextNumber()}`;
    return `${JSON.stringify({ level: 50, name: NAME, time: Date.now(), id, dropped, reason, msg })}\n`;
  };
  // A file takes what it is given at once, so one copy of the lines does for both; a pipe may be slow, and waits alone.
  const isSilent = logLevel === 'silent';
  const stdoutIsFile = !isSilent && isFile(STDOUT);
  const toFiles = createLineWriter({
    mostWaitingBytes: (stdoutIsFile ? 3 : 1) * MOST_WAITING_BYTES,
    lostLine,
    async write(chunks) {
      const alsoStdout = stdoutIsFile && writeWhole(STDOUT, chunks).catch(() => {}); // whom could it be said
      await files.write(chunks);
      await alsoStdout;
    },
    mostWriteBytes: Math.min(MOST_WRITE_BYTES, Math.floor(fileBytesOf(csp.logMaxBytes) / 2)),
    onFailure: (error) =>
      log.error(
        { err: error, dir: csp.logDir },
        `CSP reports cannot be written to the log files: ${lossSentence(error, csp.logDir)}`,
      ),
  });
  const toStdout =
    isSilent || stdoutIsFile
      ? null
      : createLineWriter({
          mostWaitingBytes: MOST_WAITING_BYTES,
          // Of the pipe's own trouble nobody could read here.
          lostLine: (lines) => lostLine(lines, null),
          write: (chunks) => writeWhole(STDOUT, chunks),
          mostWriteBytes: PIPE_WRITE_BYTES,
          onFailure: () => {},
        });
  const lastWords: (() => void)[] = [];
  function push(at: number, members: string, evenWhenFull: boolean): void {
    const time = Math.min(Math.max(at, 0), LATEST);
    const line = `{"level":40,"name":"${NAME}","time":${time},"id":"${writer}-${nextNumber()}",${members}}\n`;
    toFiles.push(line, evenWhenFull);
    toStdout?.push(line, evenWhenFull);
  }

  const flush = async () => void (await Promise.all([toFiles.flush(), toStdout?.flush()]));

  return {
    write: (at, fields, msg) => push(at, membersOf(fields, msg), false),
    writeText: (at, members) => push(at, members, false),
    summarize: (at, fields, msg) => push(at, membersOf(fields, msg), true),
    beforeClose: (say) => void lastWords.push(say),
    lostLines: () => toFiles.lost(),
    writeError() {
      const error = toFiles.failure();
      return error === null ? null : capitalized(lossSentence(error, csp.logDir));
    },
    flush,
    async close() {
      for (const say of lastWords) say();
      await flush();
      await files.close();
    },
  };
}

const membersOf = (fields: object, msg: string): string => JSON.stringify({ ...fields, msg }).slice(1, -1);

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

type Loss = { reason: string; words: (dir: string) => string; remedy: string };

const FULL: Loss = {
  reason: 'disk_full',
  words: (dir) => `the disk of ${dir} is full`,
  remedy: 'Free space on it, or lower CSP_LOG_MAX_BYTES',
};
const READ_ONLY: Loss = {
  reason: 'read_only',
  words: (dir) => `the file system of ${dir} is read-only`,
  remedy: 'Mount it writable, or set CSP_LOG_DIR to another folder',
};
const FORBIDDEN: Loss = {
  reason: 'no_permission',
  words: (dir) => `the console may not write to ${dir}`,
  remedy: 'Make the user that the console runs as its owner, or set CSP_LOG_DIR to another folder',
};
const MISSING: Loss = {
  reason: 'no_folder',
  words: (dir) => `the folder ${dir} is missing and cannot be created`,
  remedy: 'Create it, or set CSP_LOG_DIR to another folder',
};

/** By what the system calls it (errno(3)). */
const LOSSES: Readonly<Record<string, Loss>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: { ...FULL, words: (dir) => `a file in ${dir} is larger than the system allows` },
  EROFS: READ_ONLY,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  ENOENT: MISSING,
  ENOTDIR: MISSING,
  EEXIST: MISSING,
};

/** What kept lines out of the files, of what the file system threw: `reason` is what a line's field says. */
export function lossOf(error: unknown): Loss {
  const code = (error as NodeJS.ErrnoException)?.code ?? 'unknown error';
  if (Object.hasOwn(LOSSES, code) && LOSSES[code]) return LOSSES[code];
  return {
    reason: 'write_error',
    words: (dir) => `writing to ${dir} failed (${code})`,
    remedy: 'Check the disk; the console’s log has the error',
  };
}

/** The same in words: what happened and what to do. It begins with a small letter. */
export function lossSentence(error: unknown, dir: string): string {
  const { words, remedy } = lossOf(error);
  return `${words(dir)}. ${remedy}.`;
}
