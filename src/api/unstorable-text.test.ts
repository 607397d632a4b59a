import { callTRPCProcedure, TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { UNSTORABLE } from '#core/text/storable-text.ts';
import { createApiKey } from '#features/people/api-keys/create-api-key.ts';
import { errorBody } from '#platform/http/error-body.ts';
import type { Caller } from '#platform/trpc/procedure.ts';
import { createCspConsole } from '#testing/csp/console.ts';
import { type FetchServer, startFetchServer } from '#testing/fetch-server.ts';
import { handleAuth } from './auth.ts';
import { answerReports } from './csp-report.ts';
import { handleMcp } from './mcp.ts';
import { handleRest } from './rest.ts';
import { declaredProcedures } from './rest-routes.ts';
import { appRouter } from './router.ts';
import { handleTrpc } from './trpc.ts';

let csp: Awaited<ReturnType<typeof createCspConsole>>;
let server: FetchServer;
let key: string;

beforeAll(async () => {
  csp = await createCspConsole();
  const { platform } = csp;
  ({ key } = await createApiKey(csp.organization.scope(), {
    name: 'first',
    scopes: ['read', 'write', 'publish', 'invoke'],
  }));
  server = await startFetchServer((request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/api/trpc/')) return handleTrpc(platform, request);
    if (pathname.startsWith('/api/auth/')) return handleAuth(platform, request);
    if (pathname === '/api/mcp') return handleMcp(platform, request);
    if (pathname === '/api/csp-report') return answerReports(platform, request);
    return handleRest(platform, request);
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await csp.close();
});

const BAD = ['a\0b', '\uD800', 'x\uDFFFy'];

type Schema = z.core.JSONSchema.JSONSchema & Record<string, unknown>;

/** Where a JSON Schema has text: `*` stands for a name or a place of one's choice. */
function textPaths(schema: Schema, root: Schema, depth = 0): string[][] {
  if (depth > 6) return [];
  const refers = typeof schema.$ref === 'string' ? /^#\/\$defs\/(.+)$/.exec(schema.$ref)?.[1] : undefined;
  if (refers) return textPaths((root.$defs as Record<string, Schema>)[refers] ?? {}, root, depth + 1);
  const inner = (value: unknown, name?: string) =>
    typeof value === 'object' && value !== null
      ? textPaths(value as Schema, root, depth + 1).map((path) => (name === undefined ? path : [name, ...path]))
      : [];
  // What has no type takes text too.
  const isText =
    schema.type === 'string' || Object.keys(schema).every((name) => /^(description|example|\$schema)$/.test(name));
  const all = [
    ...(isText ? [[]] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, value]) => inner(value, name)),
    ...inner(schema.items, '0'),
    ...inner(schema.additionalProperties, '*'),
    ...[schema.anyOf, schema.oneOf, schema.allOf].flatMap((options) =>
      (options ?? []).flatMap((option) => inner(option)),
    ),
  ];
  return [...new Map(all.map((path) => [path.join('\n'), path])).values()];
}

/** A value with text at the path, and nothing else. */
const valueAt = ([name, ...rest]: string[], text: string): unknown => {
  if (name === undefined) return text;
  return name === '0' ? [valueAt(rest, text)] : { [name]: valueAt(rest, text) };
};

async function refusalOf(path: string, type: 'query' | 'mutation' | 'subscription', caller: Caller, input: unknown) {
  try {
    await callTRPCProcedure({
      router: appRouter,
      path,
      type,
      ctx: { platform: csp.platform, caller, ip: null, user_agent: null, host: null },
      getRawInput: () => Promise.resolve(input),
      signal: undefined,
      batchIndex: 0,
    });
    return 'accepted';
  } catch (error) {
    return error instanceof TRPCError ? errorBody(error) : error;
  }
}

describe('U+0000 and half a surrogate pair are a 400 that names the field', () => {
  const procedures = declaredProcedures.flatMap(({ procedure, type, meta, inputs }) => {
    const schema = inputs.at(-1);
    if (!schema) return [];
    const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
    return [{ procedure, type, meta, paths: textPaths(json, json) }];
  });

  test('there is text in most procedures, so that the walk below is one', () => {
    expect(procedures.length).toBeGreaterThan(60);
    expect(procedures.flatMap(({ paths }) => paths).length).toBeGreaterThan(200);
  });

  test.each(procedures.filter(({ paths }) => paths.length > 0))(
    'in every text of $procedure',
    async ({ procedure, type, meta, paths }) => {
      const caller: Caller =
        meta.needs === 'nobody'
          ? { kind: 'nobody' }
          : {
              kind: 'user',
              id: 'u',
              name: 'Ada',
              email: 'ada@example.com',
              organization_id: csp.organization.id,
              role: 'owner',
              authenticated_at: new Date(),
            };
      for (const path of paths)
        for (const text of BAD) {
          const answer = await refusalOf(procedure, type, caller, valueAt(path, text));
          expect(answer).toMatchObject({
            status: 400,
            body: { code: 'VALIDATION', issues: [{ path, message: UNSTORABLE }] },
          });
        }
      const named = { 'a\0b': 1 };
      expect(await refusalOf(procedure, type, caller, { inside: named })).toMatchObject({
        status: 400,
        body: { issues: [{ path: ['inside'] }] },
      });
    },
  );
});

describe('by every face', () => {
  const ask = async (path: string, init: { method?: string; body?: string } = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  const post = (path: string, json: string) => ask(path, { method: 'POST', body: json });

  test.each<[string, string, string[]]>([
    ['/api/webhooks', String.raw`{"event_type":"*","target_url":"https://a.example/","name":"a\u0000"}`, ['name']],
    [
      '/api/webhooks',
      String.raw`{"event_type":"*","target_url":"https://a.example/","headers":{"X-A":"\ud800"}}`,
      ['headers', 'X-A'],
    ],
    [
      '/api/events',
      String.raw`{"event_type":"user.made","data":{"deep":[{"text":"\u0000"}]}}`,
      ['data', 'deep', '0', 'text'],
    ],
    ['/api/events', String.raw`{"event_type":"user.made","data":{"a\udc00":1}}`, ['data']],
    [
      '/api/events/batch',
      String.raw`{"events":[{"event_type":"user.made","data":{"a":"\uDBFF"}}]}`,
      ['events', '0', 'data', 'a'],
    ],
    [
      '/api/tools/invoke',
      String.raw`{"tool":"send_to_n8n","arguments":{"message":"\u0000"}}`,
      ['arguments', 'message'],
    ],
  ])('REST: POST %s %s', async (path, json, field) => {
    const before = await csp.platform.pool.query('select count(*) from webhook');
    const answer = await post(path, json);
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION', issues: [{ path: field }] } });
    expect((await csp.platform.pool.query('select count(*) from webhook')).rows).toEqual(before.rows);
  });

  test.each([
    ['/api/webhooks?q=%00', 'q'],
    ['/api/events?event_type=a%00b', 'event_type'],
    ['/api/audit-log?actor=%00', 'actor'],
    ['/api/csp/violations?q=%00', 'q'],
    ['/api/connectors/%00', 'id'],
    ['/api/webhooks?cursor=%00', 'cursor'],
    [`/api/csp/violations?cursor=${Buffer.from('[1,"\\u0000"]').toString('base64url')}`, 'cursor'],
    [`/api/csp/groups?cursor=${Buffer.from('{"a":"\\ud800"}').toString('base64url')}`, 'cursor'],
  ])('REST: GET %s', async (path, field) => {
    expect(await ask(path)).toMatchObject({ status: 400, body: { code: 'VALIDATION', issues: [{ path: [field] }] } });
  });

  test('what a query cannot spell becomes U+FFFD, as in every URL', async () => {
    expect((await ask('/api/csp/violations?q=%ED%A0%80')).status).toBe(200);
  });

  test('tRPC, alone and in a batch', async () => {
    const bad = encodeURIComponent('{"q":"\\ud800"}');
    const alone = await ask(`/api/trpc/webhooks.list?input=${bad}`);
    expect(alone).toMatchObject({ status: 400, body: { error: { data: { issues: [{ path: ['q'] }] } } } });
    const batch = encodeURIComponent('{"0":{"q":"\\u0000"},"1":{}}');
    const both = await ask(`/api/trpc/webhooks.list,webhooks.list?batch=1&input=${batch}`);
    expect(both.status).toBe(207);
    expect(both.body).toMatchObject([{ error: { data: { httpStatus: 400 } } }, { result: {} }]);
  });

  test('the Model Context Protocol: the agent reads which argument', async () => {
    const call = String.raw`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"send_to_n8n","arguments":{"message":"a\u0000"}}}`;
    const response = await fetch(`${server.url}/api/mcp`, {
      method: 'POST',
      body: call,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
    });
    expect(await response.text()).toMatch(/message.*U\+0000/);
  });

  test('sign-in', async () => {
    const answer = await post('/api/auth/sign-in/email', String.raw`{"email":"a\u0000@example.com","password":"x"}`);
    expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: ['email'], message: UNSTORABLE }] } });
  });

  test('a CSP report is taken and cleaned', async () => {
    const report = String.raw`{"csp-report":{"document-uri":"https://shop.example/a\u0000b","blocked-uri":"https://cdn\u0000.example/\ud800","violated-directive":"script-src\u0000","script-sample":"\udfffx\u0000","original-policy":"script-src 'self'\u0000 \ud800","source-file":"\u0000","\u0000":"\u0000"}}`;
    const response = await fetch(`${server.url}/api/csp-report`, { method: 'POST', body: report });
    expect(response.status).toBe(204);
    await csp.platform.cspLog.flush();
    const listed = await ask('/api/csp/violations');
    expect(listed.status).toBe(200);
    expect(listed.body.items).toHaveLength(1);
    const text = JSON.stringify(listed.body.items);
    expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    expect((await ask('/api/csp/groups')).body.items).toHaveLength(1);
  });
});
