import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import { diskFull, EmbeddedPostgresError, failedWith, isDiskFull, reason } from './error.ts';
import { claimOutsideFolder, confirmHome, homeOf, linkOutsideFolder, removeLeftovers } from './home.ts';
import { canEnter, SERVER_ENVIRONMENT, type ServerUser } from './user.ts';

/** The name that initdb gives the superuser. */
export const SUPERUSER = 'honeyframe';

const execute = promisify(execFile);

/** A cluster on disk. `homePath` holds it, its password, its log and the port it last had. */
export type Cluster = { homePath: string; dataPath: string; password: string };

type Folders = {
  dataDir: string;
  outsideDir: string;
  /** Called with a cluster outside that no data folder at this path points to any more. */
  onOrphan: (folder: string) => void;
};

/**
 * The cluster of a data folder, made when there is none: `DATA_DIR/postgres`, or a link of that name to a folder
 * outside when the server's user cannot enter the data folder. It appears in one step when it is whole, so a start that
 * is killed leaves nothing half, and of two starts at once one makes it and the other uses it.
 * @throws EmbeddedPostgresError when it cannot be made, or was made by another major version.
 */
export async function openCluster(
  folders: Folders,
  binaries: Binaries,
  user: ServerUser,
  durable: boolean,
): Promise<Cluster> {
  try {
    await mkdir(folders.dataDir, { recursive: true });
    for (const folder of await removeLeftovers(folders)) folders.onOrphan(folder);
    const home = (await homeOf(folders.dataDir)) ?? (await makeHome(folders, binaries, user, durable));
    const cluster = await readCluster(home, folders.dataDir, binaries, user);
    await confirmHome(folders.dataDir, home);
    return cluster;
  } catch (error) {
    if (isDiskFull(error)) throw diskFull(folders.dataDir, error);
    if (error instanceof EmbeddedPostgresError) throw error;
    if (failedWith(error, 'EACCES', 'EPERM')) {
      throw new EmbeddedPostgresError(
        `The data folder ${folders.dataDir} belongs to another user (${reason(error)}): ` +
          'run as that user, or set DATA_DIR to another folder.',
        { cause: error },
      );
    }
    throw new EmbeddedPostgresError(`PostgreSQL's data folder could not be opened: ${reason(error)}.`, {
      cause: error,
    });
  }
}

async function readCluster(homePath: string, dataDir: string, binaries: Binaries, user: ServerUser): Promise<Cluster> {
  const dataPath = join(homePath, 'data');
  if (!(await canEnter(user, dataPath))) {
    throw new EmbeddedPostgresError(
      `PostgreSQL's user cannot enter ${dataPath}. Allow all users to enter the folders above it, or move DATA_DIR.`,
    );
  }
  const version = Number.parseInt(await readFile(join(dataPath, 'PG_VERSION'), 'utf8'), 10);
  if (version !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      `The database in ${dataDir} was made by PostgreSQL ${version}, but this is ${binaries.majorVersion}: ` +
        'start the version of the console that made it, or set DATA_DIR to another folder.',
    );
  }
  const password = await readFile(join(homePath, 'password'), 'utf8').catch((error: unknown) => {
    throw new EmbeddedPostgresError(
      `The password of the embedded database cannot be read (${reason(error)}): ` +
        `put it back, or delete ${join(dataDir, 'postgres')} and ${join(dataDir, 'database-id')} to start afresh without its data.`,
    );
  });
  return { homePath, dataPath, password };
}

/** Makes the home beside its place, then moves it there. Losing the race to another start is no failure. */
async function makeHome(folders: Folders, binaries: Binaries, user: ServerUser, durable: boolean): Promise<string> {
  const { dataDir } = folders;
  const place = join(dataDir, 'postgres');
  const inside = await canEnter(user, dataDir);
  const unfinished = inside
    ? await mkdtemp(join(dataDir, `postgres.new-${process.pid}-`))
    : await claimOutsideFolder(folders);
  try {
    await chmod(unfinished, 0o755);
    await initialize(unfinished, binaries, user, durable);
    await (inside ? rename(unfinished, place) : linkOutsideFolder(dataDir, unfinished));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!failedWith(error, 'EEXIST', 'ENOTEMPTY')) throw error;
  }
  const home = await homeOf(dataDir);
  if (!home) throw new EmbeddedPostgresError(`${place} was deleted while it was being created. Start again.`);
  return home;
}

/** ICU-free and the same on every machine: PostgreSQL's own C.UTF-8. */
const LOCALE = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

async function initialize(home: string, { initdb }: Binaries, user: ServerUser, durable: boolean): Promise<void> {
  const dataPath = join(home, 'data');
  const passwordForServer = join(home, 'password.new');
  const password = randomBytes(24).toString('base64url');
  await mkdir(dataPath, { mode: 0o700 });
  await writeFile(join(home, 'password'), password, { mode: 0o600 });
  await writeFile(passwordForServer, password, { mode: 0o600 });
  if ('uid' in user) {
    await chown(dataPath, user.uid, user.gid);
    await chown(passwordForServer, user.uid, user.gid);
  }
  const options = [
    `--pgdata=${dataPath}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordForServer}`,
    '--auth=scram-sha-256',
  ];
  const sync = durable ? [] : ['--no-sync'];
  try {
    await execute(initdb, [...options, ...LOCALE, ...sync], { ...user, cwd: '/', env: SERVER_ENVIRONMENT });
  } catch (error) {
    if (isDiskFull(error)) throw diskFull(home, error);
    throw new EmbeddedPostgresError(`PostgreSQL could not create its data folder: ${complaintOf(error)}.`, {
      cause: error,
    });
  }
  await rm(passwordForServer);
}

/** What initdb wrote to standard error, but for the advice around it. */
function complaintOf(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const line = written.split('\n').find((text) => /error|fatal|could not|cannot/i.test(text));
  return reason(line ?? error);
}
