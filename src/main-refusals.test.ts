import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { closedPort, portOf } from '#testing/receivers.ts';
import { type ConsoleEnvironment, makeDataDir, removeDataDir, startConsole } from '#testing/running-console.ts';

let dataDir: string;
// A start takes seconds, and several times that where tests run on all processors.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  await ensureNextBuild({ projectDir: process.cwd(), signal: AbortSignal.timeout(240_000), onBuild: () => {} });
  dataDir = await makeDataDir();
}, 250_000);
afterAll(() => removeDataDir(dataDir));

const SECRET = randomBytes(32).toString('base64');

/** Starts a console that must not start. @returns what it said on standard error. */
async function refusal(env: ConsoleEnvironment): Promise<string> {
  const refused = startConsole({ DATA_DIR: dataDir, ...env });
  onTestFinished(() => void refused.child.kill('SIGKILL'));
  expect(await refused.exited).toEqual({ code: 1, signal: null });
  expect(refused.stdout()).not.toMatch(/^\s+at /m);
  return refused.stderr();
}

test('a bad value is told in one line that names the variable, what it got and what it takes', async () => {
  expect(await refusal({ PORT: 'eighty' })).toBe(
    'Cannot start: PORT is "eighty", but must be a whole number from 0 to 65535.\n',
  );
});

test('a missing secret is told in one line', async () => {
  expect(await refusal({ DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/c' })).toMatch(
    /^Cannot start: HONEYFRAME_SECRET is not set, but must be 32 bytes in base64 .*\n$/,
  );
});

test('a port that is taken is told in one line, before anything else is started', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const port = portOf(other);
  expect(await refusal({ PORT: String(port) })).toBe(
    `Cannot start: Port ${port} on 127.0.0.1 is already in use. Stop the program that is using it, or set PORT to a free port.\n`,
  );
});

test('a host that is no address of this machine is told in one line', async () => {
  expect(await refusal({ HOST: '192.0.2.1' })).toMatch(
    /^Cannot start: HOST is "192\.0\.2\.1", which is not an address .*\n$/,
  );
});

test('a database that cannot be reached is told in one line, without its password', async () => {
  const port = await closedPort();
  const said = await refusal({
    DATABASE_URL: `postgresql://ada:hidden-word@127.0.0.1:${port}/desk`,
    HONEYFRAME_SECRET: SECRET,
  });
  expect(said).toMatch(new RegExp(`^Cannot start: The PostgreSQL at 127\\.0\\.0\\.1:${port} cannot be reached .*\\n$`));
  expect(said).not.toContain('hidden-word');
});

test('a second start on the same data folder is told in one line, and the first goes on', async () => {
  const first = startConsole({ DATA_DIR: dataDir });
  onTestFinished(() => first.stop());
  const { url } = await first.ready();
  expect(await refusal({})).toMatch(/^Cannot start: The data folder .* is in use by another console\. .*\n$/);
  expect((await fetch(`${url}/api/health/ready`)).status).toBe(200);
});
