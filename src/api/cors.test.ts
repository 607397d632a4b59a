import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fetchListener } from '#platform/fetch-listener.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type FetchServer, startListener } from '#testing/fetch-server.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { shareWithOrigins } from './cors.ts';
import { handleMcp } from './mcp.ts';
import { handleRest } from './rest.ts';
import { handleTrpc } from './trpc.ts';

/** Matches no further member, which an empty object in a pattern would. */
const NOT_SHARED = expect.not.objectContaining({ 'allow-origin': expect.anything() });
const INSPECTOR = 'http://localhost:6274';

let platform: OpenPlatform;
let server: FetchServer;
let organization: TestOrganization;
let key: string;
let cookie: string;
beforeAll(async () => {
  platform = await createTestPlatform();
  const handle = (asked: Request) => {
    const { pathname } = new URL(asked.url);
    if (pathname === '/api/mcp') return handleMcp(platform, asked);
    return pathname.startsWith('/api/trpc') ? handleTrpc(platform, asked) : handleRest(platform, asked);
  };
  server = await startListener(shareWithOrigins(fetchListener(handle, (error) => console.error(error))));
  organization = await createTestOrganization(platform);
  key = await createTestApiKey(organization.scope(), ['read', 'write', 'publish', 'invoke']);
  ({ cookie } = await createTestUser(platform, organization, 'owner'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await platform.close();
});

type Sent = { method?: string; headers?: Record<string, string>; body?: unknown };

/** As a browser sends it: fetch would not let us say where from. */
const send = (path: string, { method = 'GET', headers = {}, body }: Sent = {}) =>
  new Promise<{ status: number; cors: Record<string, unknown>; text: string }>((resolve, reject) => {
    request(`${server.url}${path}`, { method, agent: false, headers })
      .on('error', reject)
      .on('response', (response) => {
        void readAll(response).then(
          (text) =>
            resolve({
              status: response.statusCode ?? 0,
              cors: Object.fromEntries(
                Object.entries(response.headers).flatMap(([name, value]) =>
                  name.startsWith('access-control-') ? [[name.slice('access-control-'.length), value]] : [],
                ),
              ),
              text,
            }),
          reject,
        );
      })
      .end(body === undefined ? undefined : JSON.stringify(body));
  });

const ask = (path: string, headers: Record<string, string> = {}) =>
  send(path, {
    method: 'OPTIONS',
    headers: {
      origin: INSPECTOR,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
      ...headers,
    },
  });

const list = (headers: Record<string, string>) =>
  send('/api/connectors', { headers: { origin: INSPECTOR, 'sec-fetch-site': 'cross-site', ...headers } });

const create = (name: string, headers: Record<string, string>) =>
  send('/api/connectors', {
    method: 'POST',
    headers: { origin: INSPECTOR, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json', ...headers },
    body: { name, type: 'n8n_webhook', config: { webhook_url: 'https://n8n.example.com/webhook/x' } },
  });

const isThere = async (name: string) => (await platform.database.connector.count({ where: { name } })) === 1;

describe('a page of any origin', () => {
  test('is told before it asks that it may send a key, to every path of the API document but those of other callers', async () => {
    const { paths } = z
      .object({ paths: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(await readFile('docs/openapi.json', 'utf8')));
    const own = Object.keys(paths).filter((path) => !/^\/api\/(csp-report|twilio)/.test(path));
    expect(own).toContain('/api/mcp');
    for (const path of own) {
      const { status, cors } = await ask(path.replace(/\{\w+\}/g, 'x'));
      expect([path, status, cors]).toEqual([
        path,
        204,
        {
          'allow-origin': '*',
          'allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
          'allow-headers': 'authorization, content-type, mcp-protocol-version',
          'max-age': '86400',
        },
      ]);
    }
  });

  test.each([
    ['in any spelling, with a name of the future', { 'access-control-request-headers': 'X-API-Key, Mcp-Param-Region' }],
    ['with a method that the path refuses later', { 'access-control-request-method': 'DELETE' }],
    ['from a file or a sandbox', { origin: 'null' }],
    ['from another site', { origin: 'https://inspector.example', 'sec-fetch-site': 'cross-site' }],
  ])('is told so %s', async (_, headers) => {
    expect(await ask('/api/mcp', headers)).toMatchObject({ status: 204, cors: { 'allow-origin': '*' } });
    expect(await ask('/api/mcp/?x=1', headers)).toMatchObject({ status: 204, cors: { 'allow-origin': '*' } });
  });

  test.each([
    ['Authorization', () => ({ authorization: `Bearer ${key}` })],
    ['x-api-key', () => ({ 'x-api-key': key })],
  ])('reads answers to requests with a key in %s, and never by credentials of the browser', async (_, headers) => {
    expect(await list(headers())).toEqual({
      status: 200,
      text: expect.stringContaining('"items"'),
      cors: {
        'allow-origin': '*',
        'expose-headers': 'Allow, Content-Disposition, ETag, Mcp-Session-Id, Retry-After, WWW-Authenticate',
      },
    });
  });

  test.each<[string, string, Sent, number]>([
    ['a key that is unknown', '/api/connectors', { headers: { authorization: 'Bearer hfk_nonsense' } }, 401],
    ['a header that is no key', '/api/connectors', { headers: { authorization: 'Basic eA==' } }, 401],
    ['MCP without a valid key', '/api/mcp', { method: 'POST', headers: { 'x-api-key': '' } }, 401],
    ['a path that is not there', '/api/connectors/x/y/z', { headers: { 'x-api-key': 'x' } }, 404],
    ['a method that it does not take', '/api/mcp', { method: 'DELETE', headers: { authorization: 'Bearer x' } }, 405],
  ])('reads refusals as well: %s', async (_, path, sent, status) => {
    const headers = { origin: INSPECTOR, ...sent.headers };
    expect(await send(path, { ...sent, headers })).toMatchObject({ status, cors: { 'allow-origin': '*' } });
  });

  test('calls MCP with a key', async () => {
    const headers = { origin: INSPECTOR, 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect(await send('/api/mcp', { method: 'POST', headers, body })).toMatchObject({
      status: 200,
      cors: { 'allow-origin': '*' },
    });
  });
});

describe('cookies do not cross origins:', () => {
  test('a request with a cookie and no key is refused, changes nothing, and its answer is not shared', async () => {
    expect(await create('By a cookie', { cookie })).toMatchObject({ status: 403, cors: NOT_SHARED });
    expect(await isThere('By a cookie')).toBe(false);
    expect(await list({ cookie }), 'what is read without a key is not shared').toMatchObject({
      status: 200,
      cors: NOT_SHARED,
    });
    const mcp = await send('/api/mcp', { method: 'POST', headers: { origin: INSPECTOR, cookie }, body: {} });
    expect(mcp).toMatchObject({ status: 403, cors: NOT_SHARED });
  });

  test('a request with a cookie and a key acts by the key alone', async () => {
    expect(await create('By a key', { cookie, authorization: `Bearer ${key}` })).toMatchObject({ status: 201 });
    expect(
      await platform.database.auditLog.findFirst({ where: { action: 'connector.created', target_name: 'By a key' } }),
    ).toMatchObject({ actor_type: 'api_key' });
    const reader = await createTestApiKey(organization.scope(), ['read']);
    expect(await create('By a reader', { cookie, authorization: `Bearer ${reader}` })).toMatchObject({ status: 403 });
    expect(await create('By nobody', { cookie, authorization: 'Bearer hfk_nonsense' })).toMatchObject({ status: 401 });
    expect(await isThere('By a reader')).toBe(false);
    expect(await isThere('By nobody')).toBe(false);
  });

  test('nobody is told that they may send what is not a key', async () => {
    for (const headers of [
      { 'access-control-request-headers': 'content-type' },
      { 'access-control-request-headers': '' },
      { 'access-control-request-headers': 'x-authorization, cookie' },
    ])
      expect(await ask('/api/connectors', headers)).toMatchObject({ status: 405, cors: NOT_SHARED });
  });
});

test.each([
  '/api/trpc/tools.list',
  '/api/auth/get-session',
  '/api/auth/sign-in/email',
  '/api/docs',
  '/api',
  '/',
  '/api/%6dcp',
  '/api/mcpx',
  '/api/tools%2f..%2fauth/get-session',
  '/x?/api/mcp',
  '/settings/api/mcp',
])('%s is shared with no origin, whatever key comes', async (path) => {
  const headers = { origin: INSPECTOR, authorization: `Bearer ${key}` };
  expect((await ask(path)).cors).toEqual({});
  expect((await send(path, { headers })).cors).toEqual({});
});
