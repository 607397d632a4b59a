import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const BEAT_MS = 1_000;
/** Ten beats: a holder that missed them all was killed. */
const STALE_MS = 10_000;
const RETRY_MS = 200;

/**
 * Runs `work` while no other process runs under the same lock, and waits for its turn. The lock is a folder, which is
 * made by one process only; its holder touches it each second, so that a killed holder does not block it for long. As
 * proper-lockfile does it; by hand, because that one cannot end a wait by a signal.
 * @param path the folder to make.
 * @param signal ends the wait.
 */
export async function withFolderLock<Result>(
  path: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  while (!(await take(path))) {
    await breakIfStale(path);
    await delay(RETRY_MS, undefined, { signal });
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {}); // the next beat touches it
  }, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(path, { recursive: true, force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Of several that see a stale lock, one renames it away. */
async function breakIfStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found || Date.now() - found.mtimeMs < STALE_MS) return;
  const aside = `${path}.stale-${process.pid}`;
  await rename(path, aside).catch(() => {});
  await rm(aside, { recursive: true, force: true });
}
