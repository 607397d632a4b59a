import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventTypesModule } from '../../../src/api/event-typescript.ts';
import { buildPackage, runTool, toolEnvironment } from '../../../src/testing/built-package.ts';
import { deliver, SECRET, signedRequest } from './testing/signed-request.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const PROJECT_DIR = resolve(import.meta.dirname, '../../..');
const MAX_GZIPPED_BYTES = 4_000;

let folder: string;
beforeAll(async () => {
  folder = await buildPackage('verify');
});

const manifest = () => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

describe('the package @honeyframe/webhooks-verify', () => {
  test('has no dependencies and imports no module but its own', () => {
    expect(manifest()).not.toHaveProperty('dependencies');
    expect(manifest()).not.toHaveProperty('peerDependencies');
    for (const target of filesOf('.js').flatMap(importsOf)) expect(target).toMatch(/^\.\/[\w-]+\.js$/);
  });

  test('has declarations and source maps', () => {
    for (const name of ['verify-webhook', 'express', 'fastify', 'hono', 'next', 'aws-lambda']) {
      for (const end of ['.js', '.js.map', '.d.ts', '.d.ts.map'])
        expect(() => readFileSync(join(folder, 'dist', name + end))).not.toThrow();
    }
  });

  test('is faultless to publint and to @arethetypeswrong/cli', async () => {
    expect(await runTool(folder, 'publint', '--strict')).toContain('All good!');
    expect(await runTool(folder, 'attw', '--pack', '.', '--profile', 'esm-only')).toContain('🟢');
  });

  test(`is at most ${MAX_GZIPPED_BYTES} bytes gzipped`, () => {
    const code = ['receive-webhooks', 'signatures', 'verify-webhook'].map((name) => readDist(`${name}.js`)).join('');
    expect(gzipSync(code).length).toBeLessThan(MAX_GZIPPED_BYTES);
  });

  test('has a README that gets to the first call in ten lines', () => {
    const [, block = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? [];
    expect(block).toContain('await verifyWebhook(');
    expect(block.trim().split('\n').length).toBeLessThanOrEqual(10);
  });

  test('the event types are those of the catalogue: `npm run packages` would write the same', async () => {
    const scratch = mkdtempSync(join(PROJECT_DIR, 'packages/verify/dist/'));
    writeFileSync(join(scratch, 'event-types.ts'), eventTypesModule());
    const path = join(scratch, 'event-types.ts');
    await runTool(PROJECT_DIR, 'biome', 'format', '--vcs-use-ignore-file=false', '--write', path);
    expect(readFileSync(join(folder, 'src/event-types.ts'), 'utf8')).toBe(readFileSync(path, 'utf8'));
  });
});

describe('a route handler of Next', () => {
  test('takes a signed event, and refuses a changed one, in a running Next', async () => {
    const { url, output } = await startNextApp();
    expect((await deliver(`${url}/hooks`)).status, output()).toBe(204);
    const changed = await deliver(`${url}/hooks`, { body: `${signedRequest().body} ` });
    expect([changed.status, (await changed.json()).code]).toEqual([401, 'wrong_signature']);
    expect((await deliver(`${url}/hooks`, { headers: {} })).status).toBe(400);
    expect(output()).toContain('received dataset.updated');
    expect(output().match(/received/g)).toHaveLength(1);
  });
});

const readDist = (name: string) => readFileSync(join(folder, 'dist', name), 'utf8');
const filesOf = (end: string) =>
  [
    'aws-lambda',
    'event-types',
    'express',
    'fastify',
    'hono',
    'next',
    'receive-webhooks',
    'signatures',
    'verify-webhook',
  ].map((name) => readDist(name + end));
const importsOf = (code: string) =>
  [...code.matchAll(/^(?:import|export) .*?from '([^']+)'/gm)].map(([, name]) => name);

const ROUTE = `import { receiveWebhooks } from '@honeyframe/webhooks-verify/next';
export const POST = receiveWebhooks({
  secrets: ${JSON.stringify(SECRET)},
  onEvent: (event) => console.log('received', event.type),
});
`;

/** An app with one route, inside the project, where Next finds its own packages and ours. */
async function startNextApp(): Promise<{ url: string; output: () => string }> {
  mkdirSync(join(PROJECT_DIR, 'var'), { recursive: true });
  const app = realpathSync(mkdtempSync(join(PROJECT_DIR, 'var/next-app-')));
  onTestFinished(() => rmSync(app, { recursive: true, force: true }));
  mkdirSync(join(app, 'app/hooks'), { recursive: true });
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(
    join(app, 'next.config.mjs'),
    `export default { turbopack: { root: ${JSON.stringify(PROJECT_DIR)} } };`,
  );
  writeFileSync(join(app, 'app/hooks/route.js'), ROUTE);
  writeFileSync(join(app, 'app/layout.js'), 'export default ({ children }) => children;');
  const next = join(PROJECT_DIR, 'node_modules/next/dist/bin/next');
  const child = spawn(process.execPath, [next, 'dev', app, '--port', '0', '--hostname', '127.0.0.1'], {
    env: toolEnvironment({ NEXT_TELEMETRY_DISABLED: '1' }),
    detached: true,
  });
  onTestFinished(() => stopGroup(child));
  return { url: await addressOf(child), output: () => said.get(child) ?? '' };
}

const said = new WeakMap<ChildProcess, string>();

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    const listen = (chunk: Buffer) => {
      const text = (said.get(child) ?? '') + chunk;
      said.set(child, text);
      const [, url] = /(http:\/\/127\.0\.0\.1:[1-9]\d*)/.exec(text) ?? [];
      if (url) found(url);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => failed(new Error(`Next ended: ${said.get(child)}`)));
  });
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'exit');
}
