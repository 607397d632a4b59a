import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { closedPort } from './receivers.ts';
import { consoleEnvironment } from './running-console.ts';
import { until } from './until.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** The folder with Twilio's own API documents, or undefined where there is none. */
export function twilioOpenApiDir(): string | undefined {
  const dir = process.env.TWILIO_OPENAPI_DIR ?? join(PROJECT_DIR, '../shared/twilio-openapi');
  return existsSync(join(dir, 'twilio_api_v2010.json')) ? dir : undefined;
}

export type MockedApi = AsyncDisposable & { url: string };

/** A server that answers as an API document says, and refuses requests that it does not allow. */
export async function startMockedApi(document: string): Promise<MockedApi> {
  const port = await closedPort();
  const prism = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js');
  const child = spawn(
    process.execPath,
    [prism, 'mock', '--errors', '--multiprocess=false', '-h', '127.0.0.1', '-p', String(port), document],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: consoleEnvironment({ NO_COLOR: '1' }),
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  await until(
    'the API document is served',
    () => {
      if (child.exitCode !== null) throw new Error(`prism ended:\n${output}`);
      return output.includes('is listening') || undefined;
    },
    60_000,
  );
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const closed = new Promise((done) => child.once('close', done));
  child.kill('SIGTERM');
  await closed;
}
