import { lstat, mkdtemp, readdir, readFile, readlink, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOpenFolder } from './embedded-postgres-binaries.ts';
import { failedWith } from './embedded-postgres-error.ts';
import { endServer, postmasterOf } from './embedded-postgres-process.ts';

/** Names the data folder that a folder outside belongs to. */
const OWNER_FILE = 'data-dir';
/** There since the data folder has pointed to this folder: before it, somebody may still be making it. */
const LINKED_FILE = 'linked';
const UNFINISHED_INSIDE = /^postgres\.new-(\d+)-/;
const OUTSIDE = /^data-(\d+)-/;

/** The real folder behind `DATA_DIR/postgres`, or undefined when there is none with a cluster in it. */
export async function homeOf(dataDir: string): Promise<string | undefined> {
  const place = join(dataDir, 'postgres');
  try {
    await lstat(place);
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    await stat(join(place, 'data', 'PG_VERSION'));
    return await realpath(place);
  } catch (error) {
    if (!failedWith(error, 'ENOENT', 'ENOTDIR')) throw error;
    await rm(place, { recursive: true, force: true });
    return undefined;
  }
}

/** A new folder that the server's user can reach, for a data folder that it cannot. */
export async function claimOutsideFolder({
  dataDir,
  outsideDir,
}: {
  dataDir: string;
  outsideDir: string;
}): Promise<string> {
  await makeOpenFolder(outsideDir);
  const folder = await mkdtemp(join(outsideDir, `data-${process.pid}-`));
  await writeFile(join(folder, OWNER_FILE), dataDir);
  return folder;
}

/** Puts a folder outside that is whole in its place. */
export async function linkOutsideFolder(dataDir: string, folder: string): Promise<void> {
  await symlink(folder, join(dataDir, 'postgres'));
  await writeFile(join(folder, LINKED_FILE), '');
}

/**
 * Removes what killed starts left, and the folders outside whose data folder was deleted, with any server that lives on
 * in them. A folder outside that `DATA_DIR/postgres` points to becomes this data folder's, for it may have been moved.
 */
export async function removeLeftovers({ dataDir, outsideDir }: { dataDir: string; outsideDir: string }): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (isAbandoned(UNFINISHED_INSIDE.exec(name))) await removeFolder(join(dataDir, name));
  }
  const mine = await readlink(join(dataDir, 'postgres')).catch(() => undefined);
  for (const name of await readdir(outsideDir).catch(() => [])) {
    const match = OUTSIDE.exec(name);
    if (!match) continue;
    const folder = join(outsideDir, name);
    if (folder === mine) {
      await writeFile(join(folder, OWNER_FILE), dataDir);
      await writeFile(join(folder, LINKED_FILE), '');
      continue;
    }
    const owner = await readFile(join(folder, OWNER_FILE), 'utf8').catch(() => undefined);
    if (owner !== dataDir) continue;
    const linked = await stat(join(folder, LINKED_FILE)).catch(() => undefined);
    if (!linked && !isAbandoned(match)) continue;
    const server = await postmasterOf(join(folder, 'data'));
    if (server) await endServer(server, 'immediate');
    await removeFolder(folder);
  }
}

/** An initdb that outlived its parent may still write there, until it finds its folder gone. */
const removeFolder = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });

/** Whether the process that made it, whose id is in its name, is gone. */
function isAbandoned(match: RegExpExecArray | null): boolean {
  if (!match) return false;
  try {
    process.kill(Number(match[1]), 0);
    return false;
  } catch (error) {
    return !failedWith(error, 'EPERM');
  }
}
