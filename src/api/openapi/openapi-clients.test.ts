import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type HttpServer, listen } from '#platform/http/http-server.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { testListener } from '#testing/test-listener.ts';
import { createTestApiKey, createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { openApiDocument } from './openapi.ts';

const run = promisify(execFile);
const PROGRAMS = resolve('src/testing/openapi-clients');
/** Kept between runs, with what was installed there. */
const FOLDER = resolve('node_modules/.cache/openapi-clients');
const DOCUMENT = join(FOLDER, 'openapi.json');
/** To install and compile a generator and 30,000 lines that it wrote, on a busy machine. */
const PATIENCE_MS = 540_000;

const has = (program: string, ...version: string[]) => spawnSync(program, version).status === 0;

type Generator = {
  name: string;
  /** Whether its language is on this machine. */
  present: boolean;
  /** Installs it, writes a client and what uses it into a folder, and compiles both. @returns what runs the program. */
  make: (folder: string) => Promise<[string, ...string[]]>;
};

const npm = (folder: string, ...packages: string[]) => {
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}');
  return run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefer-offline', ...packages], {
    cwd: folder,
  });
};

/** @param write what writes the package `client` */
async function goProgram(folder: string, name: string, write: () => Promise<unknown>): Promise<[string]> {
  writeFileSync(join(folder, 'go.mod'), 'module honeyframe\n\ngo 1.24\n');
  rmSync(join(folder, 'client'), { recursive: true, force: true });
  mkdirSync(join(folder, 'client'));
  await write();
  cpSync(join(PROGRAMS, `${name}.go.txt`), join(folder, 'main.go'));
  await run('go', ['mod', 'tidy'], { cwd: folder });
  await run('go', ['build', '-o', 'program', '.'], { cwd: folder, maxBuffer: 1e8 });
  return [join(folder, 'program')];
}

const goInstall = (folder: string, module: string) =>
  run('go', ['install', module], { env: { ...process.env, GOBIN: join(folder, 'bin') }, maxBuffer: 1e8 });

const GENERATORS: Generator[] = [
  {
    name: 'openapi-typescript',
    present: has('npm', '--version'),
    async make(folder) {
      await npm(folder, 'openapi-typescript@7.13.0', 'openapi-fetch@0.17.0', 'typescript@5.9.3', '@types/node@24.19.2');
      await run(process.execPath, ['node_modules/openapi-typescript/bin/cli.js', DOCUMENT, '-o', 'honeyframe.ts'], {
        cwd: folder,
      });
      cpSync(join(PROGRAMS, 'openapi-typescript.ts.txt'), join(folder, 'program.ts'));
      const strict = [
        '--strict',
        '--skipLibCheck',
        '--types',
        'node',
        '--module',
        'nodenext',
        '--target',
        'es2024',
        '--rewriteRelativeImportExtensions',
      ];
      await run(process.execPath, ['node_modules/typescript/bin/tsc', ...strict, 'program.ts'], { cwd: folder });
      return [process.execPath, join(folder, 'program.js')];
    },
  },
  {
    name: 'openapi-python-client',
    present: has('python3', '-m', 'venv', '--help'),
    async make(folder) {
      const python = join(folder, 'venv/bin/python');
      await run('python3', ['-m', 'venv', join(folder, 'venv')]);
      await run(python, ['-m', 'pip', 'install', '--quiet', 'openapi-python-client==0.29.1']);
      const into = ['--output-path', join(folder, 'honeyframe'), '--meta', 'none', '--overwrite'];
      const { stdout, stderr } = await run(join(folder, 'venv/bin/openapi-python-client'), [
        'generate',
        '--path',
        DOCUMENT,
        ...into,
      ]);
      // Browsers send these; a client has `application/json`.
      const warned = [
        ...`${stdout}\n${stderr}`.matchAll(/^(?:WARNING|ERROR).*|^Unable.*|^Unsupported content type .*/gm),
      ].map(([line]) => line);
      expect(warned).toEqual([
        'WARNING parsing POST /api/csp-report within csp_reports.',
        'Unsupported content type application/csp-report',
      ]);
      cpSync(join(PROGRAMS, 'openapi-python-client.py'), join(folder, 'program.py'));
      await run(python, ['-m', 'compileall', '-q', join(folder, 'honeyframe')]);
      return [python, join(folder, 'program.py')];
    },
  },
  {
    name: 'oapi-codegen',
    present: has('go', 'version'),
    make: (folder) =>
      goProgram(folder, 'oapi-codegen', async () => {
        await goInstall(folder, 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2');
        const into = ['-package', 'client', '-generate', 'types,client', '-o', join(folder, 'client/client.go')];
        await run(join(folder, 'bin/oapi-codegen'), [...into, DOCUMENT]);
      }),
  },
  {
    name: 'ogen',
    present: has('go', 'version'),
    make: (folder) =>
      goProgram(folder, 'ogen', async () => {
        await goInstall(folder, 'github.com/ogen-go/ogen/cmd/ogen@v1.25.0');
        const into = ['--target', join(folder, 'client'), '--package', 'client', '--clean'];
        await run(join(folder, 'bin/ogen'), [...into, DOCUMENT], { maxBuffer: 1e8 });
      }),
  },
];

let platform: OpenPlatform;
let http: HttpServer;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(DOCUMENT, JSON.stringify(openApiDocument()));
  platform = await createTestPlatform();
  http = await listen({ ...platform.config, host: '127.0.0.1', port: 0 }, testListener(platform), platform.log);
});
afterAll(async () => {
  await http.drain(1_000);
  await platform.close();
});

const printed = z.object({
  webhook: z.array(z.string()),
  event: z.string(),
  duplicate: z.boolean(),
  ids: z.array(z.string()),
  error: z.string(),
});

describe.each(GENERATORS)('a client that $name generates', ({ name, present, make }) => {
  const skipped = present ? '' : ' (skipped: its language is not on this machine)';

  test.skipIf(!present)(
    `compiles, creates a webhook, publishes, pages through, and reads an error${skipped}`,
    { timeout: PATIENCE_MS },
    async () => {
      const folder = join(FOLDER, name);
      mkdirSync(folder, { recursive: true });
      const organization = await createTestOrganization(platform);
      const key = await createTestApiKey(organization.scope(), ['read', 'write', 'publish']);
      const [program, ...args] = await make(folder);
      const { stdout } = await run(program, [...args, http.url, key]);
      const { event, ids, ...others } = printed.parse(JSON.parse(stdout));
      const stored = await platform.database.event.findMany({
        where: { organization_id: organization.id },
        orderBy: { id: 'desc' },
      });
      expect(ids).toEqual(stored.map(({ id }) => id));
      expect(ids).toHaveLength(2);
      expect(ids).toContain(event);
      expect(others).toEqual({ webhook: ['dataset.*'], duplicate: true, error: 'NOT_FOUND' });
      expect(await platform.database.webhook.count({ where: { organization_id: organization.id } })).toBe(1);
    },
  );
});
