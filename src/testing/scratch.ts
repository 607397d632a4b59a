import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

/** Linux keeps what is here in memory. */
const MEMORY = '/dev/shm';
/** What two runs need at their peak, several times over. */
const ENOUGH_BYTES = 4 * 1024 ** 3;

/**
 * Lets this process and all that it starts keep temporary folders in memory, where there is enough: a new database, a
 * console's data folder and a browser's profile are hundreds of small files, and writing them to a disk took half of the
 * time of the tests. An own `TMPDIR` is left as it is, and so is the folder of whoever has started this process.
 * The folder goes when this process ends; what a killed run has left goes at the start of the next.
 */
export function useScratch(memory = MEMORY): void {
  if (process.env.TMPDIR || !isRoomy(memory)) return;
  for (const name of readdirSync(memory)) removeAbandoned(memory, name);
  const folder = mkdtempSync(join(memory, `${prefix()}${process.pid}-`));
  chmodSync(folder, 0o1777); // PostgreSQL and others run as users of their own
  process.env.TMPDIR = folder;
  // The hundred programs that the tests start share what the first of them has compiled.
  process.env.NODE_COMPILE_CACHE ??= join(folder, 'node-compile-cache');
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}

/** Machines may share this memory, as containers do: each removes only its own. */
const prefix = () => `honeyframe-scratch-${hostname()}-`;

function isRoomy(memory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return Math.min(bavail * bsize, process.availableMemory()) >= ENOUGH_BYTES && allowsPrograms(memory);
  } catch {
    return false; // not Linux
  }
}

/** Some tests put programs into their folders and run them. */
function allowsPrograms(memory: string): boolean {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const options = mounts.findLast((line) => line.split(' ')[1] === memory)?.split(' ')[3] ?? '';
  return !options.split(',').includes('noexec');
}

function removeAbandoned(memory: string, name: string): void {
  const owner = name.startsWith(prefix()) ? Number.parseInt(name.slice(prefix().length), 10) : 0;
  if (!owner || isAlive(owner)) return;
  const folder = join(memory, name);
  try {
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (path.endsWith('/postmaster.pid')) endPostmaster(join(folder, path));
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // another run removes it at the same time
  }
}

/** A server that nobody else has ended, if the number in its file is still its own. */
function endPostmaster(lockFile: string): void {
  try {
    const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
    const arguments_ = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (arguments_.includes(dirname(lockFile))) process.kill(pid, 'SIGQUIT');
  } catch {
    // it is gone
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
