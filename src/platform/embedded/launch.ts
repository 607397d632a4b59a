import { spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Cluster } from './cluster.ts';
import { HOST } from './connection.ts';
import { reason } from './error.ts';
import { SERVER_ENVIRONMENT, type ServerUser } from './user.ts';

export type ServerSettings = {
  cluster: Cluster;
  binaries: Binaries;
  user: ServerUser;
  /** Whether it survives a power failure. Tests need no such thing. */
  durable: boolean;
};

/** A server that was started, whether or not it is up. */
export type Launch = {
  hasEnded(): boolean;
  /** Whether somebody ended it in good order. */
  wasStopped(): boolean;
  /** Why it ended: its last complaint in the log. */
  lastWords(): Promise<string>;
  /** From now on it outlives this process: others may use it. Until then it ends when this process does. */
  outlive(): void;
};

const LARGEST_LOG_BYTES = 8 * 1024 * 1024;

export const logOf = ({ homePath }: Cluster) => join(homePath, 'postgres.log');

/**
 * Starts a server in a process group of its own, so that Ctrl-C in our terminal leaves it to us to end it after the last
 * request.
 */
export async function launch({ cluster, binaries, user, durable }: ServerSettings, port: number): Promise<Launch> {
  const logPath = logOf(cluster);
  const { size } = await stat(logPath).catch(() => ({ size: 0 }));
  if (size > LARGEST_LOG_BYTES) await rename(logPath, `${logPath}.1`);
  const log = await open(logPath, 'a', 0o600);
  const start = (await log.stat()).size;
  const child = spawn(binaries.postgres, ['-D', cluster.dataPath, ...optionsFor(port, durable)], {
    ...user,
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let ending: string | undefined;
  let exitCode: number | null = null;
  child.once('error', (error) => {
    ending = reason(error);
  });
  child.once('exit', (code, signal) => {
    exitCode = code;
    ending ??= signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`;
  });
  // However this process ends, but for a SIGKILL: also when its start is cut short. A server that is gone is not killed.
  const endWithUs = () => void child.kill('SIGINT');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  child.unref();
  // Not before there are listeners: a server that fails at once is gone by the time that a file is closed.
  await log.close();
  return {
    hasEnded: () => ending !== undefined,
    wasStopped: () => exitCode === 0,
    outlive: () => void process.off('exit', endWithUs),
    async lastWords() {
      const written = (await readFile(logPath).catch(() => Buffer.alloc(0))).subarray(start).toString();
      return complaintIn(written, child.pid) ?? ending ?? 'it printed no message';
    },
  };
}

function optionsFor(port: number, durable: boolean): string[] {
  const settings = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: '',
    wal_level: 'logical',
    shared_buffers: '128MB',
    max_wal_size: '512MB',
    // A change stream that stands still must not fill the disk.
    max_slot_wal_keep_size: '10GB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * The process's own fatal message, for other starts and clients may have caused some, or else what was written outside
 * of the log's form, as by the loader of shared libraries.
 */
function complaintIn(log: string, pid: number | undefined): string | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const fatal = lines.findLast((line) => line.includes(`[${pid}] FATAL:`) || line.includes(`[${pid}] PANIC:`));
  const line = fatal?.replace(/^.*?(FATAL|PANIC):\s*/, '') ?? lines.findLast((text) => !/ \[\d+\] /.test(text));
  return line && reason(line);
}
