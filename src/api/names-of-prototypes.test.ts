import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type FetchServer, startFetchServer } from '#testing/fetch-server.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestApiKey, createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { handleMcp } from './mcp.ts';
import { handleRest } from './rest.ts';
import { declaredProcedures, restRoutes } from './rest-routes.ts';
import { handleTrpc } from './trpc.ts';

const NAMES = ['__proto__', 'constructor', 'prototype'] as const;
const ID = '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21';

let platform: OpenPlatform;
let receiver: Receiver;
let server: FetchServer;
let organization: Awaited<ReturnType<typeof createTestOrganization>>;
let key: string;
let connectorId: string;

beforeAll(async () => {
  receiver = await startReceiver();
  platform = await createTestPlatform();
  server = await startFetchServer((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/api/mcp') return handleMcp(platform, request);
    return pathname.startsWith('/api/trpc') ? handleTrpc(platform, request) : handleRest(platform, request);
  });
  organization = await createTestOrganization(platform);
  connectorId = await organization.connectorId(`${receiver.url}/webhook/abc123`);
  key = await createTestApiKey(organization.scope(), ['read', 'write', 'publish', 'invoke']);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await receiver.close();
  await platform.close();
});

async function ask(method: string, path: string, body?: string) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** A 400 that names the field, at whatever face. */
function expectRefusal({ status, text }: { status: number; text: string }, name: string) {
  expect(status, text).toBe(400);
  expect(text).toMatch(new RegExp(`"path":\\[[^\\]]*"${name}"[^\\]]*\\]`));
}

const pathOf = (path: string) => path.replaceAll(/\{\w+\}/g, ID);
const isAsked = ({ meta }: (typeof declaredProcedures)[number]) => meta.needs !== 'nobody' && meta.needs.scope !== null;

describe.each(NAMES)('a field called %s', (name) => {
  test('is refused with its name by every route of REST, in the query or in the body', async () => {
    for (const { rest } of restRoutes.filter(({ needs }) => needs !== 'nobody' && needs.scope !== null)) {
      const path = pathOf(rest.path);
      expectRefusal(await ask(rest.method, `${path}?${name}=x`, isBodiless(rest.method) ? undefined : '{}'), name);
      if (isBodiless(rest.method) || path.endsWith('/test')) continue;
      expectRefusal(await ask(rest.method, path, bodyWith(name, path)), name);
    }
  });

  test('is refused with its name by every procedure of tRPC, alone and in a batch', async () => {
    for (const { procedure, type } of declaredProcedures.filter((one) => isAsked(one) && one.type !== 'subscription')) {
      if (procedure === 'connectors.test') continue;
      const input = bodyWith(name, procedure === 'connectors.create' ? '/api/connectors' : '');
      const path = `/api/trpc/${procedure}`;
      const query = (text: string) => `input=${encodeURIComponent(text)}`;
      expectRefusal(
        type === 'query' ? await ask('GET', `${path}?${query(input)}`) : await ask('POST', path, input),
        name,
      );
      const batch = `{"0":${input}}`;
      expectRefusal(
        type === 'query'
          ? await ask('GET', `${path}?batch=1&${query(batch)}`)
          : await ask('POST', `${path}?batch=1`, batch),
        name,
      );
    }
  });

  const pairs = [
    ['POST', () => `/api/connectors/${connectorId}/test`, `{"message":"m","${name}":1}`],
    [
      'POST',
      () => '/api/connectors',
      `{"name":"n","type":"n8n_webhook","config":{"webhook_url":"https://n8n.example.com/a","${name}":1}}`,
    ],
    ['PATCH', () => `/api/connectors/${connectorId}`, `{"config":{"${name}":"x"}}`],
    ['POST', () => '/api/tools/invoke', `{"tool":"send_to_n8n","arguments":{"message":"m","${name}":1}}`],
    ['POST', () => '/api/events/batch', `{"events":[{"event_type":"dataset.updated","data":{},"${name}":1}]}`],
    [
      'POST',
      () => '/api/webhooks',
      `{"event_type":"*","target_url":"https://receiver.example.com/","filter":{"a":{"${name}":1}}}`,
    ],
  ] as const;

  test.each(pairs)('is refused with its name inside of what %s %s takes', async (method, path, body) => {
    expectRefusal(await ask(method, path(), body), name);
  });

  test('is refused with its name among the arguments of a tool by MCP, and nothing is sent', async () => {
    const sent = receiver.requests.length;
    const params = `{"name":"send_to_n8n","arguments":{"message":"m","${name}":1}}`;
    const { text } = await ask('POST', '/api/mcp', `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`);
    expect(text).toContain('"isError":true');
    expect(text).toContain(`arguments.${name}`);
    expect(receiver.requests).toHaveLength(sent);
  });

  test('is kept as data in metadata, in events and in filters, and pollutes nothing', async () => {
    const metadata = `{"${name}":{"polluted":1},"deep":[{"${name}":2}]}`;
    await ask('POST', `/api/connectors/${connectorId}/test`, `{"message":"${name}","metadata":${metadata}}`);
    expect(receiver.requests.at(-1)?.body).toBe(`{"message":"${name}","metadata":${metadata}}`);

    const type = `names.${name.replaceAll('_', '')}`;
    await ask('PUT', `/api/event-types/${type}`, `{"example":{"${name}":3}}`);
    const filter = `{"${name}":{"in":[4]},"deep.${name}":5}`;
    const target = `"event_type":"${type}","target_url":"${receiver.url}/hooks"`;
    const made = await ask('POST', '/api/webhooks', `{${target},"filter":${filter}}`);
    expect(made.text).toContain(`"filter":${filter}`);
    const publish = async (data: string) =>
      JSON.parse((await ask('POST', '/api/events', `{"event_type":"${type}","data":${data}}`)).text);
    expect(await publish(`{"${name}":4,"deep":{"${name}":5}}`)).toMatchObject({ deliveries: 1 });
    expect(await publish(`{"${name}":4,"deep":{}}`)).toMatchObject({ deliveries: 0 });
    const { id } = await publish(`{"${name}":{"polluted":1}}`);
    expect((await ask('GET', `/api/events/${id}`)).text).toContain(`"data":{"${name}":{"polluted":1}}`);
    expect((await ask('GET', '/api/event-types')).text).toContain(`"example":{"${name}":3}`);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test.each([
  [
    'POST',
    '/api/webhooks',
    (name: string) => `{"event_type":"*","target_url":"https://receiver.example.com/","headers":{"${name}":"x"}}`,
  ],
  [
    'POST',
    '/api/source/mappings',
    (name: string) =>
      `{"table":"public.orders","operations":["insert"],"event_type":"dataset.updated","fields":{"${name}":"id"}}`,
  ],
])(
  'a header or a member of a mapping called __proto__ is refused by %s %s with its name',
  async (method, path, body) => {
    expectRefusal(await ask(method, path, body('__proto__')), '__proto__');
  },
);

test('headers called constructor and prototype are sent, and the log of the delivery shows them', async () => {
  const body = `{"event_type":"*","target_url":"${receiver.url}/hooks","headers":{"constructor":"c-1234","prototype":"p-1234"}}`;
  const { id } = JSON.parse((await ask('POST', '/api/webhooks', body)).text);
  const { text } = await ask('POST', `/api/webhooks/${id}/test`, '{}');
  expect(receiver.requests.at(-1)?.headers).toMatchObject({ constructor: 'c-1234', prototype: 'p-1234' });
  expect(Object.keys(JSON.parse(text).request.headers)).toEqual(expect.arrayContaining(['constructor', 'prototype']));
});

/** What kind of connector it is decides which fields there are. */
const bodyWith = (name: string, path: string) =>
  `{${path === '/api/connectors' ? '"type":"n8n_webhook",' : ''}"${name}":{"a":1}}`;

const isBodiless = (method: string) => method === 'GET' || method === 'DELETE';
