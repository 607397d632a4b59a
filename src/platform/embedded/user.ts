import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, reason } from './error.ts';

const execute = promisify(execFile);

/** Whom the server runs as, in the form that `child_process` takes. Empty: whoever we are. */
export type ServerUser = { uid: number; gid: number } | Record<string, never>;

/** Nothing of ours, secrets least of all. (Next's types ask for NODE_ENV.) */
export const SERVER_ENVIRONMENT = { LC_ALL: 'C', NODE_ENV: 'production' } as const;

const USER = 'postgres';
/** What makes a system user: shadow's tools (Debian, Red Hat), else BusyBox's (Alpine). */
const WAYS_TO_ADD = [
  [
    ['groupadd', '--system', '--force', USER],
    [
      'useradd',
      '--system',
      '--gid',
      USER,
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/bin/false',
      USER,
    ],
  ],
  [
    ['addgroup', '-S', USER],
    ['adduser', '-S', '-D', '-H', '-G', USER, USER],
  ],
];

/**
 * PostgreSQL refuses to run as root. Root runs it as the owner of an existing cluster, or else as the user `postgres`,
 * which is added when the system has none.
 * @param dataPath the cluster, which need not exist.
 * @throws EmbeddedPostgresError when the user cannot be added.
 */
export async function serverUser(dataPath: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {};
  const owner = await stat(dataPath).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await findUser()) ?? (await addUser());
}

async function findUser(): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((option) => execute('id', [option, USER])));
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
  } catch {
    return undefined;
  }
}

async function addUser(): Promise<ServerUser> {
  let failure: unknown;
  for (const way of WAYS_TO_ADD) {
    for (const [command = '', ...options] of way) {
      await execute(command, options).catch((error: unknown) => {
        failure = error;
      });
    }
    const user = await findUser();
    if (user) return user;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and a user "${USER}" for it could not be added (${reason(failure)}): ` +
      'add one, run as another user, or set DATABASE_URL.',
  );
}

/** Whether that user can enter the folder, tried out rather than read from modes. */
export async function canEnter(user: ServerUser, folder: string): Promise<boolean> {
  return succeeds('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], user);
}

/** Whether that user can run the program. */
export async function canRun(user: ServerUser, program: string): Promise<boolean> {
  return succeeds(program, ['--version'], user);
}

async function succeeds(program: string, options: string[], user: ServerUser): Promise<boolean> {
  return execute(program, options, { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );
}
