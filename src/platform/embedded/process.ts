import { execFile } from 'node:child_process';
import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { failedWith } from './error.ts';

const execute = promisify(execFile);

/** A server that runs on a cluster. */
export type Postmaster = { pid: number; port: number; dataPath: string };

const FAST_SHUTDOWN_MS = 4_000;
const IMMEDIATE_SHUTDOWN_MS = 2_000;

/**
 * The server that runs on a cluster, by its `postmaster.pid` (the lines are those of PostgreSQL's `pidfile.h`). A number
 * that another process has by now, or that of a dead process nobody has reaped, is no server.
 */
export async function postmasterOf(dataPath: string): Promise<Postmaster | undefined> {
  const path = await realpath(dataPath).catch(() => dataPath);
  const { pid, port } = await readLockFile(path);
  return pid > 0 && (await isServer(pid, path)) ? { pid, port, dataPath: path } : undefined;
}

/**
 * Removes the lock file of a server that is gone when another process has got its number since, or nobody has reaped it:
 * PostgreSQL would take either for the server and refuse to start.
 */
export async function removeStaleLockFile(dataPath: string): Promise<void> {
  const { pid } = await readLockFile(dataPath);
  if (pid > 0 && send(pid, 0) && (await relationOf(pid, dataPath)) === 'other')
    await rm(join(dataPath, 'postmaster.pid'), { force: true });
}

async function readLockFile(dataPath: string): Promise<{ pid: number; port: number }> {
  const text = await readFile(join(dataPath, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n').map(Number);
  return { pid: pid || 0, port: port || 0 };
}

/**
 * Ends a server: a fast shutdown, which hangs up on its clients; if that takes too long an immediate one,
 * after which the next start recovers; and at last no question asked. Returns when it is gone.
 */
export async function endServer({ pid, dataPath }: Postmaster, first: 'fast' | 'immediate'): Promise<void> {
  if (!(await isServer(pid, dataPath))) return;
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
  ];
  for (const [signal, patienceMs] of first === 'fast' ? steps : steps.slice(1)) {
    if (!send(pid, signal) || (await isGone(pid, dataPath, patienceMs))) return;
  }
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (failedWith(error, 'ESRCH')) return false;
    throw error;
  }
}

async function isGone(pid: number, dataPath: string, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (!(await isServer(pid, dataPath))) return true;
    await delay(20);
  }
  return false;
}

const isServer = async (pid: number, dataPath: string): Promise<boolean> =>
  (await relationOf(pid, dataPath)) === 'server';

/**
 * Whether this process is PostgreSQL on this cluster: its command line names the folder, or, where that was renamed while
 * it ran, it works in it. It is `unknown` for a PostgreSQL whose working folder we may not see.
 */
async function relationOf(pid: number, dataPath: string): Promise<'server' | 'other' | 'unknown'> {
  const commandLine =
    process.platform === 'linux'
      ? readFile(`/proc/${pid}/cmdline`, 'utf8').then((text) => text.replaceAll('\0', ' '))
      : execute('ps', ['-o', 'command=', '-p', String(pid)]).then(({ stdout }) => stdout);
  const words = ` ${await commandLine.catch(() => '')} `;
  if (words.includes(` ${dataPath} `)) return 'server';
  if (process.platform !== 'linux' || !/postgres/.test(words)) return 'other';
  try {
    const [works, folder] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(dataPath)]);
    return works.dev === folder.dev && works.ino === folder.ino ? 'server' : 'other';
  } catch (error) {
    return failedWith(error, 'EACCES', 'EPERM') ? 'unknown' : 'other';
  }
}
