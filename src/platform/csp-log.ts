import { randomBytes } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { hostname } from 'node:os';
import { pino } from 'pino';
import type { Config } from './config.ts';
import { createLineWriter } from './line-writer.ts';
import type { Logger } from './log.ts';
import { createRotatedFiles, fileBytesOf, writeWhole } from './rotated-files.ts';

/** What the logger makes of a record, but for its time. */
export type PreparedLine = { beforeTime: string; afterTime: string };

/** The log stream of CSP reports: lines of the root logger `csp_report`, to rotated files and to standard output. */
export type CspLog = {
  /** Makes a line that may be written again and again, at other times. */
  prepare(fields: object, msg: string): PreparedLine;
  /** Writes one line. Never waits and never throws. @param at the line's time, in ms since 1970. */
  writePrepared(at: number, line: PreparedLine): void;
  write(at: number, fields: object, msg: string): void;
  /** The same for a line that stands for many, or that others refer to: it is written also when there is no room. */
  summarize(at: number, fields: object, msg: string): void;
  /** How many lines have no place in the files: written too fast, or the disk refused them. */
  lostLines(): number;
  /** Resolves when what was written so far is in the files. */
  flush(): Promise<void>;
  /** Called first when the stream ends, for last lines. */
  beforeClose(say: () => void): void;
  /** Writes what waits, and ends. */
  close(): Promise<void>;
};

const NAME = 'csp_report';
const TIME = '"time":';
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
/** All that came in one turn of the event loop, or else the loop sets the pace: a chunk a turn. */
const MOST_CHUNK_BYTES = 4 * 1024 * 1024;
/** What a pipe takes in one piece, so that lines of others never stand in ours (POSIX, write(2): PIPE_BUF). */
const PIPE_CHUNK_BYTES = 4_096;
const STDOUT = 1;

/**
 * Opens the stream; the first file is made with the first line.
 * @param log is told when the stream cannot be written; with `LOG_LEVEL` silent nothing goes to standard output.
 */
export function openCspLog({ csp, logLevel }: Pick<Config, 'csp' | 'logLevel'>, log: Logger): CspLog {
  const files = createRotatedFiles({
    dir: csp.logDir,
    name: NAME,
    writer: `${hostname()
      .replace(/[^\w]+/g, '-')
      .slice(0, 32)}-${process.pid}-${randomBytes(3).toString('hex')}`,
    mostBytes: csp.logMaxBytes,
  });
  const bounds = { mostWaitingBytes: MOST_WAITING_BYTES, lostLine };
  const toFiles = createLineWriter({
    ...bounds,
    write: (chunk) => files.write(chunk),
    mostChunkBytes: Math.min(MOST_CHUNK_BYTES, Math.floor(fileBytesOf(csp.logMaxBytes) / 2)),
    onFailure: (error) => log.error({ err: error, dir: csp.logDir }, 'CSP reports cannot be written to their files'),
  });
  const toStdout =
    logLevel === 'silent'
      ? null
      : createLineWriter({
          ...bounds,
          write: (chunk) => writeWhole(STDOUT, chunk),
          mostChunkBytes: isFile(STDOUT) ? MOST_CHUNK_BYTES : PIPE_CHUNK_BYTES,
          onFailure: () => {}, // whom could it be said
        });
  const lastWords: (() => void)[] = [];
  let made = '';
  const logger = pino(
    { name: NAME, base: undefined, timestamp: false, level: 'warn' },
    {
      write(line) {
        made = line;
      },
    },
  );

  function prepare(fields: object, msg: string): PreparedLine {
    logger.warn({ time: 0, ...fields }, msg);
    // The first one is ours: the level and the name stand before it.
    const end = made.indexOf(TIME) + TIME.length;
    return { beforeTime: made.slice(0, end), afterTime: made.slice(end + 1) };
  }

  function push(at: number, { beforeTime, afterTime }: PreparedLine, evenWithoutRoom: boolean): void {
    const line = beforeTime + at + afterTime;
    toFiles.push(line, evenWithoutRoom);
    toStdout?.push(line, evenWithoutRoom);
  }

  const flush = async () => void (await Promise.all([toFiles.flush(), toStdout?.flush()]));

  return {
    prepare,
    writePrepared: (at, line) => push(at, line, false),
    write: (at, fields, msg) => push(at, prepare(fields, msg), false),
    summarize: (at, fields, msg) => push(at, prepare(fields, msg), true),
    beforeClose: (say) => void lastWords.push(say),
    lostLines: () => toFiles.lost(),
    flush,
    async close() {
      for (const say of lastWords) say();
      await flush();
      await files.close();
    },
  };
}

function lostLine(dropped: number): string {
  const msg = `${dropped} lines were dropped: they came faster than they could be written`;
  return `${JSON.stringify({ level: 50, time: Date.now(), name: NAME, dropped, msg })}\n`;
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
