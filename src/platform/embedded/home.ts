import {
  lstat,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { makeOpenFolder } from './binaries.ts';
import { EmbeddedPostgresError, failedWith } from './error.ts';

/** In a cluster's folder outside: the path of the data folder that it belongs to. */
const OWNER_FILE = 'data-dir';
/** In a cluster's folder outside, from before a data folder points to it: until then somebody may still be making it. */
const LINKED_FILE = 'linked';
/** In the data folder: which cluster it belongs to, by PostgreSQL's own system identifier. */
const ID_FILE = 'database-id';
const UNFINISHED_INSIDE = /^postgres\.new-(\d+)-/;
const OUTSIDE = /^data-(\d+)-/;

/**
 * The real folder behind `DATA_DIR/postgres`, or undefined for a data folder that has never had a cluster.
 * @throws EmbeddedPostgresError when the cluster that the data folder had is not there. Nothing is deleted or made then.
 */
export async function homeOf(dataDir: string): Promise<string | undefined> {
  const place = join(dataDir, 'postgres');
  const id = await knownId(dataDir);
  const found = await lstat(place).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (!found) {
    if (id === undefined) return undefined;
    throw missing(dataDir, `it belongs to the database ${id}, but ${place} is not there`);
  }
  try {
    await stat(join(place, 'data', 'PG_VERSION'));
    return await realpath(place);
  } catch (error) {
    if (!failedWith(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
  if (found.isSymbolicLink())
    throw missing(dataDir, `${place} points to ${await readlink(place)}, where there is no database`);
  if (id === undefined && found.isDirectory() && (await readdir(place)).length === 0) {
    await rmdir(place);
    return undefined;
  }
  throw missing(dataDir, `${place} holds no database (data/PG_VERSION is not there)`);
}

const missing = (dataDir: string, what: string) =>
  new EmbeddedPostgresError(
    `The database of the data folder ${dataDir} is missing: ${what}. Put it back from where the folder came from, or, ` +
      `to start afresh without its data, delete ${join(dataDir, 'postgres')} and ${join(dataDir, ID_FILE)}.`,
  );

/**
 * Makes sure that a data folder and a cluster belong together, and notes it in both.
 * @throws EmbeddedPostgresError when the data folder belongs to another cluster, as after a backup was restored in part,
 * or when the cluster outside belongs to another data folder, of which this one is a copy.
 */
export async function confirmHome(dataDir: string, home: string): Promise<void> {
  const id = await clusterId(home);
  const known = await knownId(dataDir);
  if (known !== undefined && known !== id) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} belongs to the database ${known}, but ${home} holds the database ${id}: put back the ` +
        `one that belongs here, or delete ${join(dataDir, ID_FILE)} if the keys in this folder are those of ${id}.`,
    );
  }
  if (!(await isWithin(dataDir, home))) await claimCluster(dataDir, home);
  if (known === undefined) await writeFile(join(dataDir, ID_FILE), `${id}\n`);
}

async function claimCluster(dataDir: string, home: string): Promise<void> {
  const owner = await readFile(join(home, OWNER_FILE), 'utf8').catch(() => dataDir);
  if (
    owner !== dataDir &&
    !(await isSame(owner, dataDir)) &&
    (await realpath(join(owner, 'postgres')).catch(() => '')) === home
  ) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} is a copy of ${owner}, and both point to one database in ${home}: copy that folder ` +
        `too and let ${join(dataDir, 'postgres')} point to the copy, or delete ${owner} if it is no longer used.`,
    );
  }
  // A data folder that was moved: its old path is gone, or is another folder by now.
  await writeFile(join(home, LINKED_FILE), '');
  await writeFile(join(home, OWNER_FILE), dataDir);
}

async function knownId(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, ID_FILE), 'utf8').catch((error: unknown) => {
    if (failedWith(error, 'ENOENT')) return '';
    throw error;
  });
  return text.trim() || undefined;
}

/** The first eight bytes of `pg_control` (PostgreSQL's `catalog/pg_control.h`): made by initdb, the same for ever. */
async function clusterId(home: string): Promise<string> {
  const control = await readFile(join(home, 'data', 'global', 'pg_control'));
  return String(endianness() === 'LE' ? control.readBigUInt64LE() : control.readBigUInt64BE());
}

async function isWithin(dataDir: string, home: string): Promise<boolean> {
  return home === join(await realpath(dataDir), 'postgres');
}

/** Whether two paths are one folder, as through a link or a mount. */
async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
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
  await writeFile(join(folder, LINKED_FILE), '');
  await symlink(folder, join(dataDir, 'postgres'));
}

/**
 * Removes what killed first starts left half made. A cluster that a data folder has ever pointed to is never removed:
 * that folder may have been moved, and what stands at its old path now is another one.
 * @returns the folders outside that belonged to a data folder at this path, which does not point to them.
 */
export async function removeLeftovers({
  dataDir,
  outsideDir,
}: {
  dataDir: string;
  outsideDir: string;
}): Promise<string[]> {
  for (const name of await readdir(dataDir)) {
    if (isAbandoned(UNFINISHED_INSIDE.exec(name))) await removeFolder(join(dataDir, name));
  }
  const mine = await readlink(join(dataDir, 'postgres')).catch(() => undefined);
  const orphans: string[] = [];
  for (const name of await readdir(outsideDir).catch(() => [])) {
    const match = OUTSIDE.exec(name);
    const folder = join(outsideDir, name);
    if (!match || folder === mine) continue;
    const owner = await readFile(join(folder, OWNER_FILE), 'utf8').catch(() => undefined);
    if (owner !== dataDir) continue;
    const linked = await stat(join(folder, LINKED_FILE)).catch(() => undefined);
    if (linked) orphans.push(folder);
    else if (isAbandoned(match)) await removeFolder(folder);
  }
  return orphans;
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
