import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJson, writeJson } from '#core/json/user-json.ts';
import { connectorTypes } from '#features/connectors/registry.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type FetchServer, startFetchServer } from '#testing/fetch-server.ts';
import { jsonFields } from '#testing/json-fields.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestApiKey, createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { handleMcp } from './mcp.ts';
import { handleRest } from './rest.ts';
import { declaredProcedures } from './rest-routes.ts';
import { handleTrpc } from './trpc.ts';

/** What JSON.parse and JSON.stringify change, and what ill-made readers fall for. */
const NUMBERS =
  '"id":653247040368672768,"big":1e400,"zero":-0,"one":1.0,"small":1e-400,"long":0.1000000000000000055,"power":1E+3';
const NAMES = '"__proto__":{"admin":9007199254740993},"constructor":{"prototype":[1.0]},"toString":1';
const PLANTED = `{${NUMBERS},"twice":1,"twice":2,${NAMES},"lists":[[653247040368672768],[]]}`;
/** Of a name that is given twice the last counts. */
const KEPT = PLANTED.replace('"twice":1,', '');
/** A filter on such numbers, by equality. */
const FILTER = `{${NUMBERS},"__proto__":1.0,"constructor":{"in":[653247040368672768,1e400]}}`;

let platform: OpenPlatform;
let receiver: Receiver;
let server: FetchServer;
let organization: Awaited<ReturnType<typeof createTestOrganization>>;
let key: string;
let connectorId: string;
let webhookId: string;

const CREATED = '{"event_type":"values.planted"';

beforeAll(async () => {
  receiver = await startReceiver((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(PLANTED);
  });
  platform = await createTestPlatform();
  server = await startFetchServer((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/api/mcp') return handleMcp(platform, request);
    return pathname.startsWith('/api/trpc') ? handleTrpc(platform, request) : handleRest(platform, request);
  });
  organization = await createTestOrganization(platform);
  connectorId = await organization.connectorId(`${receiver.url}/webhook/abc123`);
  key = await createTestApiKey(organization.scope(), ['read', 'write', 'publish', 'invoke']);
  await send('PUT', '/api/event-types/values.planted', '{}');
  const made = await send('POST', '/api/webhooks', `${CREATED},"target_url":"${receiver.url}/hooks"}`);
  webhookId = idOf(made);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await receiver.close();
  await platform.close();
});

/** @returns the answer's text, which must be that of a success unless told. */
async function send(method: string, path: string, body?: string, status?: number): Promise<string> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  if (status === undefined) expect(response.ok, text).toBe(true);
  else expect(response.status, text).toBe(status);
  return text;
}

const idOf = (json: string): string => JSON.parse(json).id;

/** How each face is asked to run a procedure. */
const mutate = (procedure: string, input: string) => send('POST', `/api/trpc/${procedure}`, input);
const mutateInBatch = (procedure: string, input: string) =>
  send('POST', `/api/trpc/${procedure}?batch=1`, `{"0":${input}}`);
const query = (procedure: string, input: string) =>
  send('GET', `/api/trpc/${procedure}?input=${encodeURIComponent(input)}`);
const callTool = (tool: string, given: string) =>
  send(
    'POST',
    '/api/mcp',
    `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"${tool}","arguments":${given}}}`,
  );

/** The same message again and again would be taken for an agent in a loop. */
let messages = 0;
const n8n = () => {
  messages += 1;
  return `{"message":"${messages}","metadata":${PLANTED}}`;
};
const ofTool = () => `{"tool":"send_to_n8n","arguments":${n8n()}}`;
const lastReceived = () => receiver.requests.at(-1)?.body ?? '';
const sent = () => `{"message":"${messages}","metadata":${KEPT}}`;
const answered = `"body":${KEPT}`;

const DATA = `{"event_type":"values.planted","data":${PLANTED}}`;
const eventOf = (published: string) => send('GET', `/api/events/${idOf(published)}`);
const itemOf = (published: string): string => writeJson(JSON.parse(published).items[0]);
const resultOf = (answer: string): string => writeJson([readJson(answer)].flat().map((one) => resultIn(one))[0]);
const resultIn = (one: unknown) => (one as { result: { data: unknown } }).result.data;

async function storesFilter(answer: string, id: string): Promise<void> {
  expect(answer).toContain(`"filter":${FILTER}`);
  expect(await send('GET', `/api/webhooks/${id}`)).toContain(`"filter":${FILTER}`);
  const { rows } = await platform.pool.query('select filter::text from webhook where id = $1', [id]);
  expect(rows).toEqual([{ filter: FILTER }]);
  // The audit log keeps numbers by their value, written out.
  for (const log of ['/api/audit-log?action=webhook.*', '/api/audit-log/export?format=ndjson']) {
    const entries = await send('GET', log);
    expect(entries).toContain('653247040368672768');
    expect(entries).toContain(`1${'0'.repeat(400)}`);
    expect(entries).toContain('0.1000000000000000055');
  }
}

async function sendsExactly(run: () => Promise<string>): Promise<string> {
  const answer = await run();
  expect(lastReceived()).toBe(sent());
  const log = await send('GET', `/api/connectors/${connectorId}/sends?limit=1`);
  expect(log).toContain(JSON.stringify(sent()));
  expect(log).toContain(JSON.stringify(PLANTED));
  return answer;
}

/** Every field of the API that takes JSON, and how what is planted there is read back from every face. */
const FIELDS: Record<string, () => Promise<void>> = {
  'connectors.test *': async () => {
    expect(await sendsExactly(() => send('POST', `/api/connectors/${connectorId}/test`, n8n()))).toContain(answered);
    const given = () => `{"id":"${connectorId}",${n8n().slice(1)}`;
    expect(await sendsExactly(() => mutate('connectors.test', given()))).toContain(answered);
    expect(await sendsExactly(() => mutateInBatch('connectors.test', given()))).toContain(answered);
  },
  'connectors.update config': async () => {
    // Its fields are texts: a number is refused where it is, whatever its digits.
    const body = `{"config":{"webhook_url":653247040368672768}}`;
    expect(await send('PATCH', `/api/connectors/${connectorId}`, body, 400)).toContain('"config","webhook_url"');
  },
  'tools.invoke arguments': async () => {
    expect(await sendsExactly(() => send('POST', '/api/tools/invoke', ofTool()))).toContain(answered);
    expect(await sendsExactly(() => mutate('tools.invoke', ofTool()))).toContain(answered);
    expect(await sendsExactly(() => mutateInBatch('tools.invoke', ofTool()))).toContain(answered);
    const told = await sendsExactly(() => callTool('send_to_n8n', n8n()));
    expect(told).toContain(answered);
    expect(told).toContain(JSON.stringify(answered).slice(1, -1));
  },
  'events.publish data': async () => {
    for (const published of [
      await send('POST', '/api/events', DATA),
      resultOf(await mutate('events.publish', DATA)),
      resultOf(await mutateInBatch('events.publish', DATA)),
    ]) {
      const event = await eventOf(published);
      expect(event).toContain(`"data":${KEPT}`);
      expect(await query('events.get', `{"id":"${idOf(published)}"}`)).toContain(`"data":${KEPT}`);
    }
  },
  'events.publishBatch events[].data': async () => {
    const body = `{"events":[${DATA}]}`;
    for (const published of [
      await send('POST', '/api/events/batch', body),
      resultOf(await mutate('events.publishBatch', body)),
      resultOf(await mutateInBatch('events.publishBatch', body)),
    ])
      expect(await eventOf(itemOf(published))).toContain(`"data":${KEPT}`);
  },
  'eventTypes.put schema': async () => {
    const schema = `{"properties":{"id":{"maximum":653247040368672768,"default":1e400},"one":{"enum":[1.0,-0]}},"examples":[${PLANTED}]}`;
    const kept = schema.replace(PLANTED, KEPT);
    expect(await send('PUT', '/api/event-types/values.schema', `{"schema":${schema}}`)).toContain(`"schema":${kept}`);
    await mutate('eventTypes.put', `{"name":"values.schema","schema":${schema}}`);
    expect(await send('GET', '/api/event-types')).toContain(`"schema":${kept}`);
    expect(await query('eventTypes.list', 'null')).toContain(`"schema":${kept}`);
  },
  'eventTypes.put example': async () => {
    await send('PUT', '/api/event-types/values.example', `{"example":${PLANTED}}`);
    const byRest = await send('GET', '/api/event-types');
    expect(byRest).toContain(`"example":${KEPT}`);
    await mutate('eventTypes.put', `{"name":"values.example","example":${PLANTED}}`);
    expect(await query('eventTypes.list', 'null')).toContain(`"example":${KEPT}`);
    await send('POST', `/api/webhooks/${webhookId}/test`, '{"event_type":"values.example"}');
    expect(lastReceived()).toContain(`"data":${KEPT}`);
  },
  'eventTypes.update schema': async () => {
    await send('PUT', '/api/event-types/values.changed', '{}');
    const schema = `{"examples":[${PLANTED}]}`;
    const changed = await send('PATCH', '/api/event-types/values.changed', `{"schema":${schema}}`);
    expect(changed).toContain(`"schema":${schema.replace(PLANTED, KEPT)}`);
  },
  'eventTypes.update example': async () => {
    await send('PUT', '/api/event-types/values.altered', '{}');
    const changed = await mutate('eventTypes.update', `{"name":"values.altered","example":${PLANTED}}`);
    expect(changed).toContain(`"example":${KEPT}`);
  },
  'webhooks.create filter': async () => {
    const body = `${CREATED},"target_url":"${receiver.url}/filtered","filter":${FILTER}}`;
    for (const made of [
      await send('POST', '/api/webhooks', body),
      resultOf(await mutate('webhooks.create', body)),
      resultOf(await mutateInBatch('webhooks.create', body)),
    ])
      await storesFilter(made, idOf(made));
  },
  'webhooks.update filter': async () => {
    const id = await organization.webhookId();
    await storesFilter(await send('PATCH', `/api/webhooks/${id}`, `{"filter":${FILTER}}`), id);
    const other = await organization.webhookId();
    await storesFilter(resultOf(await mutate('webhooks.update', `{"id":"${other}","filter":${FILTER}}`)), other);
  },
  'webhooks.test data': async () => {
    const given = `"event_type":"values.planted","data":${PLANTED}}`;
    await send('POST', `/api/webhooks/${webhookId}/test`, `{${given}`);
    expect(lastReceived()).toContain(`"data":${PLANTED}`);
    await mutate('webhooks.test', `{"id":"${webhookId}",${given}`);
    expect(lastReceived()).toContain(`"data":${KEPT}`);
  },
  'webhooks.previewFilter filter': async () => {
    const other = PLANTED.replaceAll('653247040368672768', '653247040368672769');
    const ours = idOf(await send('POST', '/api/events', DATA));
    const theirs = idOf(await send('POST', '/api/events', DATA.replace(PLANTED, other)));
    const input = '{"event_type":["values.planted"],"filter":{"id":653247040368672768,"big":1e400}}';
    const { items } = JSON.parse(resultOf(await query('webhooks.previewFilter', input)));
    const passes = (id: string) => items.find((item: { id: string }) => item.id === id)?.passes;
    expect([passes(ours), passes(theirs)]).toEqual([true, false]);
  },
};

const found = declaredProcedures.flatMap(({ procedure, inputs }) =>
  inputs.flatMap((input) => jsonFields(input).map((field) => `${procedure} ${field}`)),
);

describe('a number, a repeated name and a name of a prototype arrive as they were given', () => {
  test('in every field of the API that takes JSON, and there is no other', () => {
    expect(found.toSorted()).toEqual(Object.keys(FIELDS).toSorted());
    expect(
      connectorTypes.flatMap(({ type, action }) => jsonFields(action.input).map((field) => `${type} ${field}`)),
    ).toEqual(['n8n_webhook metadata']);
  });

  test.each(Object.entries(FIELDS))('in %s, by every face', async (_, plantAndReadBack) => {
    await plantAndReadBack();
  });

  test('at a subscriber, in the bytes that are signed', async () => {
    const received = receiver.requests.length;
    await send('POST', `/api/webhooks/${webhookId}/test`, `{"event_type":"values.planted","data":${PLANTED}}`);
    expect(receiver.requests.slice(received).map(({ body }) => body.includes(`"data":${PLANTED}}`))).toEqual([true]);
  });
});

test('the same event with its numbers in another spelling is a duplicate, with other digits a conflict', async () => {
  const publish = (data: string, status?: number) =>
    send('POST', '/api/events', `{"event_type":"values.planted","idempotency_key":"k-1","data":${data}}`, status);
  const first = idOf(await publish('{"id":653247040368672768,"big":1e400,"one":1}'));
  expect(idOf(await publish('{"one":1.0,"big":10E399,"id":6.53247040368672768e17}'))).toBe(first);
  await publish('{"id":653247040368672769,"big":1e400,"one":1}', 409);
  await publish('{"id":653247040368672768,"big":1e401,"one":1}', 409);
});

test('the same call of a tool in another spelling is the same call, with other digits another', async () => {
  const call = (id: string, status?: number) =>
    send(
      'POST',
      '/api/tools/invoke',
      `{"tool":"send_to_n8n","arguments":{"message":"m","metadata":{"id":${id}}}}`,
      status,
    );
  for (const id of ['653247040368672768', '6.53247040368672768e17', '653247040368672768.0', '653247040368672768'])
    await call(id);
  await call('653247040368672768');
  await call('653247040368672769');
  await call('653247040368672768.00', 429);
});

test('a whole number may be written with a point or an exponent where the API takes a number', async () => {
  const body = `${CREATED},"target_url":"${receiver.url}/n","concurrency":1e1,"rate_limit":50.0}`;
  expect(JSON.parse(await send('POST', '/api/webhooks', body))).toMatchObject({ concurrency: 10, rate_limit: 50 });
});

test('a filter with a number of more than 1,000 digits is refused, and nothing is stored', async () => {
  const rows = async () => (await platform.pool.query('select count(*)::int as n from webhook')).rows;
  const before = await rows();
  const body = `${CREATED},"target_url":"${receiver.url}/n","filter":{"a":1e2000}}`;
  expect(await send('POST', '/api/webhooks', body, 400)).toContain('more than 1,000 digits');
  expect(await rows()).toEqual(before);
});
