import { request as rawRequest } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as PreviousClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as PreviousTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSends } from '#features/connectors/list-sends.ts';
import { updateConnector } from '#features/connectors/update-connector.ts';
import { revokeApiKey } from '#features/people/api-keys/revoke-api-key.ts';
import { listCalls } from '#features/tools/list-calls.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type FetchServer, startFetchServer } from '#testing/fetch-server.ts';
import { json, silence } from '#testing/receiver-answers.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { handleMcp } from './mcp.ts';

let platform: OpenPlatform;
let receiver: Receiver;
let server: FetchServer;
beforeAll(async () => {
  receiver = await startReceiver();
  platform = await createTestPlatform({ TWILIO_BASE_URL: receiver.url });
  server = await startFetchServer((request) => handleMcp(platform, request));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await receiver.close();
  await platform.close();
});

/** An organization with an n8n connector, and the key of an agent. */
async function agent() {
  const organization = await createTestOrganization(platform);
  const connectorId = await organization.connectorId(`${receiver.url}/webhook/abc123`);
  return { organization, connectorId, key: await createTestApiKey(organization.scope(), ['invoke']) };
}

type AnyClient = Client | PreviousClient;
const info = { name: 'a-test', version: '1.0.0' };
const init = (key: string) => ({ requestInit: { headers: { authorization: `Bearer ${key}` } } });
const endpoint = () => new URL(`${server.url}/api/mcp`);

/** The official clients: the previous major, the current one as the previous speaks, and the current protocol. */
const CLIENTS: Record<string, (key: string) => Promise<AnyClient>> = {
  'the client of the previous major': async (key) => {
    const client = new PreviousClient(info);
    await client.connect(new PreviousTransport(endpoint(), init(key)));
    return client;
  },
  'the current client on the previous protocol': async (key) => {
    const client = new Client(info, { versionNegotiation: { mode: 'legacy' } });
    await client.connect(new StreamableHTTPClientTransport(endpoint(), init(key)));
    return client;
  },
  'the current client on the current protocol': async (key) => {
    const client = new Client(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(new StreamableHTTPClientTransport(endpoint(), init(key)));
    return client;
  },
};

const call = {
  name: 'send_to_n8n',
  arguments: { message: 'Customer X just signed up', metadata: { customer_id: 42 } },
};

/** Both majors have the same method with other types. */
type CallOptions = { onprogress?: (progress: { progress: number }) => void; signal?: AbortSignal };
const callTool = (
  client: AnyClient,
  params: typeof call | { name: string; arguments: Record<string, unknown> },
  options: CallOptions = {},
) =>
  client instanceof PreviousClient ? client.callTool(params, undefined, options) : client.callTool(params, options);

describe.each(Object.entries(CLIENTS))('%s', (_, connect) => {
  let organization: TestOrganization;
  let connectorId: string;
  let client: AnyClient;
  beforeAll(async () => {
    const made = await agent();
    ({ organization, connectorId } = made);
    client = await connect(made.key);
  });
  afterAll(() => client.close());

  test('lists the tools with the schemas of what they take and return, and says what they do to the world', async () => {
    const { tools } = await client.listTools();
    expect(tools).toMatchObject([
      {
        name: 'send_to_n8n',
        title: 'n8n webhook',
        inputSchema: { type: 'object', required: ['message'] },
        outputSchema: { type: 'object', oneOf: expect.any(Array) },
        annotations: { openWorldHint: true, idempotentHint: false, readOnlyHint: false },
      },
    ]);
  });

  test('calls one and gets the answer as data and as text, which fits the output schema', async () => {
    receiver.answerWith(json({ ticket: 42 }));
    await client.listTools(); // from then on the client itself checks answers by the schema
    const result = await callTool(client, call);
    expect(result).toMatchObject({ structuredContent: { ok: true, status: 200, body: { ticket: 42 } } });
    expect(result.isError).not.toBe(true);
    const [content] = result.content as { type: string; text: string }[];
    expect(JSON.parse(content?.text ?? '')).toEqual(result.structuredContent);
    expect((await listCalls(organization.scope(), { limit: 1 })).items).toMatchObject([
      { face: 'mcp', actor: { type: 'agent' }, ok: true },
    ]);
  });

  test('gets the other side’s refusal as a result that is an error', async () => {
    receiver.answerWith(json({ message: 'not registered' }, 404));
    expect(await callTool(client, call)).toMatchObject({
      isError: true,
      structuredContent: { ok: false, status: 404, error: { code: 'http_error' } },
    });
  });

  test('gets wrong arguments as a result that says what to change', async () => {
    expect(await callTool(client, { name: 'send_to_n8n', arguments: { text: 'hello' } })).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining('arguments.') }],
    });
  });

  test('gets an unknown tool as an error of the protocol', async () => {
    await expect(callTool(client, { name: 'send_fax', arguments: {} })).rejects.toMatchObject({ code: -32602 });
  });

  test('is told of a loop, and nothing is sent', async () => {
    receiver.answerWith(json({}));
    const again = { name: 'send_to_n8n', arguments: { message: 'again and again' } };
    for (let times = 0; times < 5; times += 1) await callTool(client, again);
    const before = receiver.requests.length;
    expect(await callTool(client, again)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('This exact call was already made and answered 5 times') }],
    });
    expect(receiver.requests).toHaveLength(before);
  });

  test('hears of the progress of a call while it waits', async () => {
    const answered = Promise.withResolvers<void>();
    receiver.answerWith((response, request) => {
      void answered.promise.then(() => json({ late: true })(response, request));
    });
    const heard: number[] = [];
    const calling = callTool(client, call, {
      onprogress: ({ progress }) => {
        heard.push(progress);
        if (heard.length === 2) answered.resolve();
      },
    });
    expect(await calling).toMatchObject({ structuredContent: { ok: true, body: { late: true } } });
    expect(heard.slice(0, 2)).toEqual([0, 1]);
  });

  test('cancels a call, which gives the request up', async () => {
    receiver.answerWith(silence);
    const before = receiver.requests.length;
    const cancel = new AbortController();
    const calling = callTool(client, call, { signal: cancel.signal });
    await until('the request is there', () => receiver.requests.length > before);
    cancel.abort('The person pressed stop.');
    await expect(calling).rejects.toThrow();
    const send = await until('the send is logged', async () => {
      const [last] = (await listSends(organization.scope(), { id: connectorId, limit: 1 })).items;
      return last?.error?.code === 'connection_reset' ? last : undefined;
    });
    expect(send.error?.message).toMatch(/^The caller cancelled before/);
  });

  test('has no tool when no connector is enabled', async () => {
    await updateConnector(organization.scope(), { id: connectorId, enabled: false });
    expect((await client.listTools()).tools).toEqual([]);
    await updateConnector(organization.scope(), { id: connectorId, enabled: true });
  });
});

test('a cancellation reaches the call that it is of, and none of another client with the same key and number', async () => {
  const { organization, connectorId, key } = await agent();
  receiver.answerWith(silence);
  const connect = CLIENTS['the client of the previous major'];
  if (!connect) throw new Error('There is this client.');
  const [one, other] = await Promise.all([connect(key), connect(key)]);
  const before = receiver.requests.length;
  const cancel = new AbortController();
  const cancelled = callTool(one, { name: 'send_to_n8n', arguments: { message: 'one' } }, { signal: cancel.signal });
  let answer = () => {};
  receiver.answerWith((response, request) => {
    answer = () => json({ fine: true })(response, request);
  });
  await until('one is under way', () => receiver.requests.length > before);
  const kept = callTool(other, { name: 'send_to_n8n', arguments: { message: 'other' } });
  await until('both are under way', () => receiver.requests.length > before + 1);
  cancel.abort();
  await expect(cancelled).rejects.toThrow();
  await until('the cancelled one is given up', async () => {
    const { items } = await listSends(organization.scope(), { id: connectorId, limit: 1 });
    return items[0]?.error?.code === 'connection_reset' && items[0].request?.body.includes('"one"');
  });
  answer();
  expect(await kept).toMatchObject({ structuredContent: { body: { fine: true } } });
  await Promise.all([one.close(), other.close()]);
});

describe('the address of the protocol', () => {
  const INITIALIZE = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: info },
  };

  /** A request with any header, the Host as well, which fetch does not let one choose. */
  const post = (headers: Record<string, string>, body: string = JSON.stringify(INITIALIZE), method = 'POST') =>
    new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
      const outgoing = rawRequest(endpoint(), {
        method,
        agent: false,
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      });
      outgoing.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
      });
      outgoing.end(body);
    });

  test.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'])(
    'speaks the version %s',
    async (protocolVersion) => {
      const { key } = await agent();
      const body = JSON.stringify({ ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion } });
      const { status, text } = await post({ authorization: `Bearer ${key}` }, body);
      expect(status).toBe(200);
      expect(text).toContain(`"protocolVersion":"${protocolVersion}"`);
    },
  );

  test('checks the key before anything else of a request', async () => {
    const { organization, key } = await agent();
    const reader = await createTestApiKey(organization.scope(), ['read', 'write', 'publish']);
    const { cookie } = await createTestUser(platform, organization, 'owner');
    expect((await post({}, 'not even JSON')).status).toBe(401);
    expect((await post({ authorization: 'Bearer hfk_nonsense' }, 'x')).status).toBe(401);
    expect((await post({ cookie })).status, 'a session is a person’s').toBe(401);
    expect(await post({ authorization: `Bearer ${reader}` }, 'x')).toMatchObject({
      status: 403,
      text: expect.stringContaining('scope invoke'),
    });
    expect((await post({ authorization: `Bearer ${key}` })).status).toBe(200);
    const { id } = await platform.database.apiKey.findFirstOrThrow({
      where: { organization_id: organization.id, scopes: { has: 'invoke' } },
    });
    await revokeApiKey(organization.scope(), id);
    expect((await post({ authorization: `Bearer ${key}` })).status).toBe(401);
  });

  test('asks for the key in the words of HTTP', async () => {
    expect((await post({})).headers['www-authenticate']).toBe('Bearer');
  });

  test.each<[string, Record<string, string>]>([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['what a browser says is another site', { 'sec-fetch-site': 'cross-site' }],
  ])('answers %s that has a key, by the key alone, and refuses it without one', async (_, headers) => {
    const { organization, key } = await agent();
    const { cookie } = await createTestUser(platform, organization, 'owner');
    const foreign = { ...headers, cookie };
    expect((await post(foreign)).status).toBe(403);
    expect((await post({ ...foreign, authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await post({ ...foreign, 'x-api-key': key })).status).toBe(200);
    for (const wrong of ['Bearer hfk_nonsense', 'Bearer', ''])
      expect((await post({ ...foreign, authorization: wrong })).status, wrong).toBe(401);
  });

  test('takes a key under any Host: a pod or a service has a name of its own', async () => {
    const { key } = await agent();
    const status = await new Promise<number>((resolve, reject) => {
      rawRequest(`${server.url}/api/mcp`, {
        method: 'POST',
        headers: {
          host: 'honeyframe.internal:3000',
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
      })
        .on('response', (response) => resolve(response.resume().statusCode ?? 0))
        .on('error', reject)
        .end(JSON.stringify(INITIALIZE));
    });
    expect(status).toBe(200);
  });

  test.each(['GET', 'DELETE'])('keeps no session: %s is 405', async (method) => {
    const { key } = await agent();
    expect(await post({ authorization: `Bearer ${key}` }, '', method)).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
    });
  });

  test.each<[string, string, number, RegExp]>([
    ['what is no JSON', '{"jsonrpc":', 400, /-32700/],
    ['more than 1 MiB', JSON.stringify({ ...INITIALIZE, filler: 'x'.repeat(1024 * 1024) }), 413, /1 MiB/],
    ['an abyss of brackets', '['.repeat(50_000) + ']'.repeat(50_000), 400, /nested/],
  ])('refuses %s, and lives on', async (_, body, status, words) => {
    const { key } = await agent();
    const answer = await post({ authorization: `Bearer ${key}` }, body);
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(words)]);
  });
});
