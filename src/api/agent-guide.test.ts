import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client as PreviousClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type FetchServer, startFetchServer } from '#testing/fetch-server.ts';
import { modelAnswer } from '#testing/model-stub.ts';
import { json } from '#testing/receiver-answers.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { consoleEnvironment } from '#testing/running-console.ts';
import { createTestApiKey, createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { handleMcp } from './mcp.ts';
import { handleRest } from './rest.ts';

const run = promisify(execFile);
const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const guide = readFileSync(join(PROJECT_DIR, 'docs/agent-tools.md'), 'utf8');
/** The programs of the guide by the name in their first line. */
const samples = [...guide.matchAll(/```js\n\/\/ (\S+\.mjs)\n([\s\S]*?)```/g)].map(([, name = '', code = '']) => ({
  name,
  code,
}));

let platform: OpenPlatform;
let workflow: Receiver;
let model: Receiver;
let server: FetchServer;
let env: Record<string, string>;
let folder: string;
beforeAll(async () => {
  workflow = await startReceiver(json({ ticket: 4711 }));
  model = await startReceiver(modelAnswer);
  platform = await createTestPlatform();
  server = await startFetchServer((request) =>
    new URL(request.url).pathname === '/api/mcp' ? handleMcp(platform, request) : handleRest(platform, request),
  );
  const organization = await createTestOrganization(platform);
  await organization.connectorId(`${workflow.url}/webhook/abc123`);
  env = {
    HONEYFRAME_URL: server.url,
    HONEYFRAME_API_KEY: await createTestApiKey(organization.scope(), ['invoke']),
    OPENAI_BASE_URL: `${model.url}/v1`,
    OPENAI_API_KEY: 'the-key-of-a-stub',
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: 'the-key-of-a-stub',
  };
  // Below node_modules the programs find the packages, and nothing else looks at them.
  const cache = join(PROJECT_DIR, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'agent-guide-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server[Symbol.asyncDispose]();
  await Promise.all([workflow.close(), model.close()]);
  await platform.close();
});

async function execute({ name, code }: { name: string; code: string }): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, code);
  const { stdout } = await run(process.execPath, [path], {
    cwd: folder,
    env: consoleEnvironment(env),
    timeout: 60_000,
  });
  return stdout;
}

const sampleOf = (name: string) => {
  const sample = samples.find((one) => one.name === name);
  if (!sample) throw new Error(`The guide has no ${name}.`);
  return sample;
};

describe('each program of the guide runs as it stands there:', () => {
  test('these and no others', () => {
    expect(samples.map(({ name }) => name)).toEqual(['mcp.mjs', 'langchain.mjs', 'openai.mjs', 'anthropic.mjs']);
  });

  test.each(['langchain.mjs', 'openai.mjs', 'anthropic.mjs'])(
    'with %s the model sees the tool, calls it, and reads the workflow’s answer',
    async (name) => {
      const before = workflow.requests.length;
      const stdout = await execute(sampleOf(name));
      expect(workflow.requests.slice(before).map(({ body }) => JSON.parse(body))).toEqual([
        { message: 'Customer 42 just signed up', metadata: { customer_id: 42 } },
      ]);
      expect(stdout).toContain('The workflow opened ticket 4711.');
    },
    90_000,
  );

  test('mcp.mjs lists the tools and prints the answer', async () => {
    const stdout = await execute(sampleOf('mcp.mjs'));
    expect(stdout).toContain("[ 'send_to_n8n' ]");
    expect(stdout).toMatch(/ok: true[\s\S]*ticket: 4711/);
  });
});

const configuration = z.object({
  mcpServers: z.object({
    honeyframe: z.object({ type: z.literal('http'), url: z.string(), headers: z.record(z.string(), z.string()) }),
  }),
});

test('the configuration of MCP clients leads to the tools', async () => {
  const [, block = ''] = /```json\n([\s\S]*?)```/.exec(guide) ?? [];
  const filled = block.replace(/\$\{(\w+)\}/g, (_, name: string) => env[name] ?? '');
  const { url, headers } = configuration.parse(JSON.parse(filled)).mcpServers.honeyframe;
  const client = new PreviousClient({ name: 'configured', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['send_to_n8n']);
  await client.close();
});
