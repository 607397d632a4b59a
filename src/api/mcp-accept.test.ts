import { request } from 'node:http';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listCalls } from '#features/tools/list-calls.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type FetchServer, startFetchServer } from '#testing/fetch-server.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { handleMcp } from './mcp.ts';
import { answerFormFor } from './mcp-accept.ts';

let platform: OpenPlatform;
let receiver: Receiver;
let server: FetchServer;
let organization: TestOrganization;
let key: string;
beforeAll(async () => {
  receiver = await startReceiver((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ticket":12345678901234567890}');
  });
  platform = await createTestPlatform();
  server = await startFetchServer((asked) => handleMcp(platform, asked));
  organization = await createTestOrganization(platform);
  await organization.connectorId(`${receiver.url}/webhook/abc123`);
  key = await createTestApiKey(organization.scope(), ['invoke']);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await receiver.close();
  await platform.close();
});

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };

/** Over the wire as it is: fetch would say what it accepts. */
function post(message: unknown, headers: Record<string, string | string[]> = {}) {
  return new Promise<{ status: number; type: string; text: string; session: unknown }>((resolve, reject) => {
    request(`${server.url}/api/mcp`, {
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    })
      .on('error', reject)
      .on('response', (response) => {
        void readAll(response).then(
          (text) =>
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers['content-type'] ?? '',
              text,
              session: response.headers['mcp-session-id'],
            }),
          reject,
        );
      })
      .end(typeof message === 'string' ? message : JSON.stringify(message));
  });
}

const call = (params: Record<string, unknown>, id = 7) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'send_to_n8n', ...params },
});

const MODERN = {
  headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' },
  message: {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/list',
    params: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'a-test', version: '1.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  },
};

describe('every Accept header is answered:', () => {
  test.each<[string, string | string[] | undefined]>([
    ['none', undefined],
    ['an empty one', ''],
    ['JSON', 'application/json'],
    ['JSON in capitals, with a parameter', 'Application/JSON; charset=utf-8'],
    ['anything', '*/*'],
    ['ranges', 'application/*, text/*'],
    ['JSON before a stream', 'application/json, text/event-stream;q=0.5'],
    ['no stream', 'text/event-stream;q=0, */*'],
    ['a page', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
    ['neither of the two', 'image/png'],
    ['what is no header of this kind', ';;,q=,/'],
  ])('%s, with JSON', async (_, accept) => {
    const headers: Record<string, string | string[]> = accept === undefined ? {} : { accept };
    const answer = await post(PING, headers);
    expect(answer).toMatchObject({ status: 200, type: expect.stringMatching(/^application\/json/) });
    expect(JSON.parse(answer.text)).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    const modern = await post(MODERN.message, { ...headers, ...MODERN.headers });
    expect(modern).toMatchObject({ status: 200, type: expect.stringMatching(/^application\/json/) });
    expect(JSON.parse(modern.text)).toMatchObject({ id: 1, result: { tools: [{ name: 'send_to_n8n' }] } });
  });

  test.each<[string, string | string[]]>([
    ['a stream alone', 'text/event-stream'],
    ['a stream in capitals', 'Text/Event-Stream'],
    ['text', 'text/*'],
    ['anything but JSON', 'application/json;q=0, */*'],
  ])('%s, with a stream', async (_, accept) => {
    for (const answer of [
      await post({ ...PING, method: 'tools/list' }, { accept }),
      await post(MODERN.message, { accept, ...MODERN.headers }),
    ]) {
      expect(answer).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/event-stream/) });
      const [data] = /^data: .*/m.exec(answer.text) ?? [''];
      expect(JSON.parse(data.slice('data: '.length))).toMatchObject({ result: { tools: [{ name: 'send_to_n8n' }] } });
    }
  });

  test('both, in whichever way they come, as the protocol asks', async () => {
    for (const accept of [
      'application/json, text/event-stream',
      'text/event-stream,application/json',
      ['application/json', 'text/event-stream'],
      'text/event-stream, */*;q=0.1',
    ]) {
      expect(await post(PING, { accept }), String(accept)).toMatchObject({
        status: 200,
        text: expect.stringContaining('"result":{}'),
      });
      expect(answerFormFor(String(accept))).toBe('either');
    }
  });

  test('a call in JSON is the same answer to the letter, without the progress that only a stream has', async () => {
    const answer = await post(call({ arguments: { message: 'hello' }, _meta: { progressToken: 1 } }), {
      accept: 'application/json',
    });
    expect(answer.text).toContain('{"ticket":12345678901234567890}');
    expect(JSON.parse(answer.text)).toMatchObject({ id: 7, result: { structuredContent: { ok: true, status: 200 } } });
    expect((await listCalls(organization.scope(), { limit: 1 })).items).toMatchObject([{ face: 'mcp', ok: true }]);
  });

  test('errors of the protocol and notifications keep their statuses', async () => {
    const accept = 'application/json';
    const unknown = await post({ ...PING, method: 'nonsense' }, { accept });
    expect(JSON.parse(unknown.text)).toMatchObject({ id: 1, error: { code: -32601 } });
    expect(await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, { accept })).toMatchObject({
      status: 202,
      text: '',
    });
    expect(await post('{"jsonrpc":', { accept })).toMatchObject({
      status: 400,
      text: expect.stringContaining('-32700'),
    });
    expect((await post(PING, { accept, 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('a batch in JSON is answered with a list', async () => {
    const answer = await post([PING, { ...PING, id: 2 }], { accept: 'application/json' });
    expect(JSON.parse(answer.text)).toEqual([
      { jsonrpc: '2.0', id: 1, result: {} },
      { jsonrpc: '2.0', id: 2, result: {} },
    ]);
    expect(JSON.parse((await post([PING])).text), 'also of one').toHaveLength(1);
  });

  test('a client that takes JSON gets a name of its own, too', async () => {
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a-test', version: '1' } };
    const answer = await post({ ...PING, method: 'initialize', params }, { accept: '*/*' });
    expect(JSON.parse(answer.text)).toMatchObject({ result: { protocolVersion: '2025-06-18' } });
    expect(answer.session).toMatch(/^[\da-f-]{36}$/);
  });
});

describe('null counts as absent in what the protocol itself defines:', () => {
  test.each<[string, Record<string, unknown>]>([
    ['the parameters of a ping', { method: 'ping', params: null }],
    ['the parameters of a list', { method: 'tools/list', params: null }],
    ['a cursor and what goes with it', { method: 'tools/list', params: { cursor: null, _meta: null } }],
    ['a token of progress', { method: 'tools/list', params: { _meta: { progressToken: null } } }],
    [
      'the capabilities and the title of a client',
      {
        method: 'initialize',
        params: {
          protocolVersion: '2025-06-18',
          capabilities: { roots: null, sampling: null, elicitation: null, experimental: null },
          clientInfo: { name: 'a-test', version: '1', title: null },
          _meta: null,
        },
      },
    ],
  ])('%s', async (_, message) => {
    const { status, text } = await post({ ...PING, ...message });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toHaveProperty('result');
    const batch = await post([{ ...PING, ...message }]);
    expect(JSON.parse(batch.text)).toMatchObject([{ result: expect.anything() }]);
  });

  test('those of a notification', async () => {
    expect((await post({ jsonrpc: '2.0', method: 'notifications/initialized', params: null })).status).toBe(202);
  });

  test('but not in the arguments of a call, which reach the other side to the letter', async () => {
    const given = { message: 'nothing', metadata: { a: null, b: '', c: [null], d: 1.0 } };
    const body = JSON.stringify(call({ arguments: given, _meta: null })).replace('"d":1', '"d":1.0');
    expect(JSON.parse((await post(body)).text)).toMatchObject({ result: { structuredContent: { ok: true } } });
    expect(receiver.requests.at(-1)?.body).toBe(
      '{"message":"nothing","metadata":{"a":null,"b":"","c":[null],"d":1.0}}',
    );
  });

  test.each([
    ['null', null],
    ['an empty text', ''],
    ['a list', []],
    ['a number', 42],
  ])('arguments that are %s get a result that says what the tool needs', async (_, given) => {
    const { status, text } = await post(call({ arguments: given }));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringMatching(/^arguments/) }] },
    });
  });
});
