import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MASK } from '#core/text/mask.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type FetchServer, startFetchServer } from '#testing/fetch-server.ts';
import { json } from '#testing/receiver-answers.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestApiKey, createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { handleRest } from './rest.ts';
import type { AppRouter } from './router.ts';
import { handleTrpc } from './trpc.ts';

let platform: OpenPlatform;
let receiver: Receiver;
let server: FetchServer;
beforeAll(async () => {
  receiver = await startReceiver(json({ ticket: 42 }));
  platform = await createTestPlatform();
  server = await startFetchServer((request) =>
    new URL(request.url).pathname.startsWith('/api/trpc')
      ? handleTrpc(platform, request)
      : handleRest(platform, request),
  );
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await receiver.close();
  await platform.close();
});

async function agent() {
  const organization = await createTestOrganization(platform);
  await organization.connectorId(`${receiver.url}/webhook/abc123`);
  const key = await createTestApiKey(organization.scope(), ['invoke']);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return {
    key,
    get: (path: string) => fetch(`${server.url}${path}`, { headers }),
    post: (path: string, body: unknown) =>
      fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
  };
}

const DOCUMENTED = {
  tool: 'send_to_n8n',
  arguments: { message: 'Customer X just signed up', metadata: { customer_id: 42 } },
};

describe('by REST', () => {
  test('POST /api/tools/invoke takes the documented body as it is', async () => {
    const { post } = await agent();
    const answer = await post('/api/tools/invoke', DOCUMENTED);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { ok: true, status: 200, body: { ticket: 42 }, duration_ms: expect.any(Number), send_id: expect.any(String) },
    ]);
    expect(JSON.parse(receiver.requests.at(-1)?.body ?? '')).toEqual(DOCUMENTED.arguments);
  });

  test('GET /api/tools lists them, whole or in the shape of a runtime', async () => {
    const { get } = await agent();
    expect(await (await get('/api/tools')).json()).toMatchObject({
      items: [{ name: 'send_to_n8n', input_schema: { type: 'object' }, connectors: [{ id: expect.any(String) }] }],
      next_cursor: null,
    });
    expect(await (await get('/api/tools?format=openai')).json()).toMatchObject([
      { type: 'function', function: { name: 'send_to_n8n', parameters: { type: 'object' } } },
    ]);
    expect(await (await get('/api/tools?format=anthropic')).json()).toMatchObject([
      { name: 'send_to_n8n', input_schema: { type: 'object' } },
    ]);
    expect(await (await get('/api/tools?format=mcp')).json()).toMatchObject({
      tools: [{ inputSchema: { type: 'object' }, annotations: { openWorldHint: true } }],
    });
    expect(await (await get('/api/tools?format=json-schema')).json()).toMatchObject([
      { title: 'send_to_n8n', type: 'object' },
    ]);
    const refused = await get('/api/tools?format=soap');
    expect([refused.status, await refused.json()]).toMatchObject([400, { issues: [{ path: ['format'] }] }]);
  });

  test('what is wrong is a 400 that names the field', async () => {
    const { post } = await agent();
    for (const [body, path] of [
      [{ ...DOCUMENTED, tool: 'send_fax' }, ['tool']],
      [{ tool: 'send_to_n8n', arguments: {} }, ['arguments', 'message']],
      [{ tool: 'send_to_n8n', arguments: 'hello' }, ['arguments']],
      [{}, ['tool']],
    ] as const) {
      const answer = await post('/api/tools/invoke', body);
      expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'VALIDATION', issues: [{ path }] }]);
    }
  });

  test('too many calls are 429 with Retry-After', async () => {
    const { post } = await agent();
    for (let times = 0; times < 5; times += 1) await post('/api/tools/invoke', DOCUMENTED);
    const answer = await post('/api/tools/invoke', DOCUMENTED);
    expect([answer.status, await answer.json()]).toMatchObject([429, { code: 'RATE_LIMITED' }]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });
});

test('what an agent said is shown to a key that may write, and masked for one that may only read', async () => {
  const organization = await createTestOrganization(platform);
  const id = await organization.connectorId(`${receiver.url}/webhook/abc123`);
  const [invoking, reading, writing] = await Promise.all(
    (['invoke', 'read', 'write'] as const).map((scope) =>
      createTestApiKey(organization.scope(), scope === 'write' ? ['read', 'write'] : [scope]),
    ),
  );
  const as = (key: string | undefined, path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${key}` } });
  await as(invoking, '/api/tools/invoke', { method: 'POST', body: JSON.stringify(DOCUMENTED) });
  const bodyFor = async (key: string | undefined) => {
    const { items } = await (await as(key, `/api/connectors/${id}/sends`)).json();
    return [items[0].request.body, items[0].response.body];
  };
  expect(await bodyFor(writing)).toEqual([JSON.stringify(DOCUMENTED.arguments), '{"ticket":42}']);
  expect(await bodyFor(reading)).toEqual([MASK, MASK]);
});

describe('by tRPC', () => {
  const clientOf = (key: string) =>
    createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url: `${server.url}/api/trpc`, headers: { authorization: `Bearer ${key}` } })],
    });

  test('an internal tool lists and calls the same tools', async () => {
    const client = clientOf((await agent()).key);
    expect(await client.tools.list.query({})).toMatchObject({ items: [{ name: 'send_to_n8n' }] });
    expect(await client.tools.invoke.mutate(DOCUMENTED)).toMatchObject({ ok: true, body: { ticket: 42 } });
  });

  test('too many calls say so, with Retry-After', async () => {
    const { key } = await agent();
    const client = clientOf(key);
    for (let times = 0; times < 5; times += 1) await client.tools.invoke.mutate(DOCUMENTED);
    const error: unknown = await client.tools.invoke.mutate(DOCUMENTED).catch((refusal: unknown) => refusal);
    if (!(error instanceof TRPCClientError)) throw new Error('It is refused.');
    expect(error.data).toMatchObject({ contract_code: 'RATE_LIMITED', httpStatus: 429 });
    const { response } = error.meta ?? {};
    expect(response instanceof Response && response.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});
