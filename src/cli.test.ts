import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { postmasterOf } from '#platform/embedded/process.ts';
import { makeDataDir, removeDataDir, startConsole } from '#testing/running-console.ts';
import { until } from '#testing/until.ts';

vi.setConfig({ testTimeout: 60_000 });

let dataDir: string;
beforeAll(async () => {
  dataDir = await makeDataDir();
});
afterAll(() => removeDataDir(dataDir));

/** Runs `src/cli.ts` on the data folder, beside no console. */
async function run(...typed: string[]) {
  const command = startConsole({ DATA_DIR: dataDir }, 'src/cli.ts', typed);
  const { code } = await command.exited;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

test('without a console, a command brings up the database for its own time and prints just the key', async () => {
  const made = await run('api-keys', 'create', '--name', 'Robot', '--scopes', 'read,write');
  expect(made).toEqual({ code: 0, stdout: expect.stringMatching(/^hfk_[\w-]{43}\n$/), stderr: '' });
  expect(await postmasterOf(join(dataDir, 'postgres', 'data'))).toBeUndefined();
});

test('a command that is broken off leaves no database running', async () => {
  const command = startConsole({ DATA_DIR: dataDir }, 'src/cli.ts', ['secrets', 'rotate']);
  await until('PostgreSQL runs', () => postmasterOf(join(dataDir, 'postgres', 'data')));
  command.child.kill('SIGINT');
  expect((await command.exited).code).toBe(130);
  expect(await postmasterOf(join(dataDir, 'postgres', 'data'))).toBeUndefined();
});

test('commands that run at once do not disturb each other', async () => {
  const all = await Promise.all([1, 2].map(() => run('api-keys', 'create', '--name', 'Twin', '--scopes', 'read')));
  expect(all.map(({ code }) => code)).toEqual([0, 0]);
  expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(2);
});

test('an organization and a person that are not there are told in one line', async () => {
  const key = await run('api-keys', 'create', '--name', 'Robot', '--scopes', 'read', '--org', 'nowhere');
  expect(key).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^There is no organization nowhere.*\n$/) });
  const link = await run('users', 'reset-link', 'nobody@example.com');
  expect(link).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^No account has .*nobody@example\.com.*\n$/),
  });
});

test('a rotation of the secrets says what it sealed anew', async () => {
  expect(await run('secrets', 'rotate')).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^Encrypted \d+ secrets with the key \S+\.\n$/),
    stderr: '',
  });
});

test('help shows the usage, and a mistake is told in one line', async () => {
  expect(await run('--help')).toEqual({ code: 0, stdout: expect.stringContaining('Usage:'), stderr: '' });
  const mistake = await run('api-keys', 'create');
  expect(mistake).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^Give the key a name .*\n$/) });
});

test('the audit log is verified, and the last hash is told', async () => {
  expect(await run('audit', 'verify')).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /: \d+ rows, unaltered\. The last hash is [0-9a-f]{64}\. Its anchor is \d+:[0-9a-f]{64}\.\n$/,
    ),
    stderr: '',
  });
});

test('doctor prints its findings, and exits with an error when one of them is a failure', async () => {
  const report = await run('doctor');
  expect(report).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^ok +configuration: /) });
  expect(report.stdout).toMatch(/^ok +processes: none is running\.$/m);
  const other = startConsole(
    { DATA_DIR: dataDir, HONEYFRAME_SECRET: Buffer.alloc(32, 7).toString('base64') },
    'src/cli.ts',
    ['doctor'],
  );
  expect((await other.exited).code).toBe(1);
  expect(other.stderr()).toContain("is not the key that this database's secrets are encrypted with");
});
