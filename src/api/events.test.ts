import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, listen } from '#platform/http/http-server.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { testListener } from '#testing/test-listener.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { handleRest } from './rest.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let server: HttpServer;
let key: string;
let reader: string;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  key = await createTestApiKey(organization.scope(), ['publish', 'read', 'write']);
  reader = await createTestApiKey(organization.scope(), ['read']);
  server = await listen(
    { ...platform.config, host: '127.0.0.1', port: 0 },
    (_, response) => response.end(),
    platform.log,
  );
  server.answerWith(testListener(platform));
});

afterAll(async () => {
  await server.drain(1_000);
  await platform.close();
});

type Call = { method?: string; body?: string; headers?: Record<string, string>; as?: string };

const requestOf = (path: string, { method = 'POST', body, headers = {}, as = key }: Call): [string, RequestInit] => [
  path,
  { method, headers: { authorization: `Bearer ${as}`, ...headers }, ...(body !== undefined && { body }) },
];

async function answered(response: Response) {
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

const viaRest = async (path: string, call: Call = {}) => {
  const [, init] = requestOf(path, call);
  return answered(await handleRest(platform, new Request(`http://localhost:3000${path}`, init)));
};

const faces: [string, (path: string, call: Call) => ReturnType<typeof viaRest>][] = [
  ['answered directly', async (path, call) => answered(await fetch(server.url + path, requestOf(path, call)[1]))],
  ['answered by Next', viaRest],
];

const DATASET = { event_type: 'dataset.updated', data: { dataset_id: 'd1' } };
const freshKey = () => `key-${crypto.randomUUID()}`;
const countEvents = () => platform.database.event.count({ where: { organization_id: organization.id } });

describe.each(faces)('POST /api/events, %s', (_name, call) => {
  const publish = (event: unknown, rest: Call = {}) =>
    call('/api/events', { body: typeof event === 'string' ? event : JSON.stringify(event), ...rest });

  test('stores the event before it answers 202', async () => {
    const { status, body } = await publish({ ...DATASET, occurred_at: '2026-01-02T03:04:05.678+01:00' });
    expect({ status, body }).toEqual({ status: 202, body: { id: body.id, deliveries: 0, duplicate: false } });
    const event = await platform.database.event.findUniqueOrThrow({ where: { id: body.id } });
    expect(event).toMatchObject({ organization_id: organization.id, origin: 'api', actor_type: 'api_key' });
    expect(event.body).toBe(
      `{"id":"${body.id}","type":"dataset.updated","timestamp":"2026-01-02T02:04:05.678Z","data":{"dataset_id":"d1"}}`,
    );
  });

  test.each([
    ['a 64-bit id', '{"dataset_id":"d","n":9007199254740993}'],
    ['numbers as written', '{"dataset_id":"d","n":[1.0,1e3,-0,1.50]}'],
    ['key order and escapes', '{"z":"\\u00e9\\/é🙂","dataset_id":"d","a":{"b":1,"a":2}}'],
    ['space', '{ "dataset_id" : "d",\n  "a": [ 1 , 2 ] }'],
  ])('keeps %s to the letter', async (_what, data) => {
    const { body } = await publish(`{"event_type":"dataset.updated","data":${data}}`);
    const event = await platform.database.event.findUniqueOrThrow({ where: { id: body.id } });
    expect(event.body?.endsWith(`"data":${data}}`)).toBe(true);
  });

  test('answers the first event to the same key and body, whatever their spelling', async () => {
    const idempotency_key = freshKey();
    const first = await publish({ ...DATASET, idempotency_key });
    const again = await publish(
      `{"data": {"dataset_id":"\\u0064\\u0031"}, "idempotency_key":"${idempotency_key}", "event_type":"dataset.updated"}`,
    );
    expect(again).toEqual({ status: 202, body: { ...first.body, duplicate: true } });
    expect(await publish(DATASET, { headers: { 'idempotency-key': idempotency_key } })).toEqual(again);
  });

  test('refuses the same key with another body', async () => {
    const idempotency_key = freshKey();
    await publish({ ...DATASET, idempotency_key });
    const other = await publish({ ...DATASET, data: { dataset_id: 'd2' }, idempotency_key });
    expect(other).toMatchObject({ status: 409, body: { code: 'CONFLICT', issues: [{ path: ['idempotency_key'] }] } });
  });

  test('of publishes at once with one key one makes the event, and all answer it', async () => {
    const idempotency_key = freshKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => publish({ ...DATASET, idempotency_key })));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1);
  });

  test('a key is free again after 24 hours', async () => {
    const idempotency_key = freshKey();
    const first = await publish({ ...DATASET, idempotency_key });
    await platform.pool.query(`update event_key set created_at = now() - interval '25 hours' where key = $1`, [
      idempotency_key,
    ]);
    const second = await publish({ ...DATASET, data: { dataset_id: 'd2' }, idempotency_key });
    expect(second).toMatchObject({ status: 202, body: { duplicate: false } });
    expect(second.body.id).not.toBe(first.body.id);
  });

  test.each([
    [{ ...DATASET, event_type: 'dataset.updatd' }, ['event_type'], /did you mean dataset\.updated\?/],
    [
      { ...DATASET, event_type: 'dataset.gone' },
      ['event_type'],
      /the existing ones are dataset\.created, dataset\.updated/,
    ],
    [{ ...DATASET, event_type: 'Dataset' }, ['event_type'], /two or more parts/],
    [{ ...DATASET, data: { dataset_id: 7 } }, ['data', 'dataset_id'], /Must be a string/],
    [{ ...DATASET, data: {} }, ['data', 'dataset_id'], /./],
    [{ ...DATASET, data: [] }, ['data'], /Must be a JSON object/],
    [{ event_type: 'dataset.updated' }, ['data'], /./],
    [{ ...DATASET, occurred_at: 'yesterday' }, ['occurred_at'], /Must be a time such as/],
    [{ ...DATASET, idempotency_key: '' }, ['idempotency_key'], /printable ASCII/],
    [{ ...DATASET, event_typ: 'x' }, ['event_typ'], /Unknown field/],
    [{ ...DATASET, data: { dataset_id: 'd', deep: { text: 'a\u0000b' } } }, ['data', 'deep', 'text'], /U\+0000/],
    [{ ...DATASET, data: { dataset_id: 'd', x: 'x'.repeat(256 * 1024) } }, ['data'], /larger than 256 KiB/],
  ])('refuses %j by the field, and stores nothing', async (event, path, words) => {
    const before = await countEvents();
    const { status, body } = await publish(event);
    expect(status).toBe(400);
    expect(body.code).toBe('VALIDATION');
    expect(body.issues[0].path).toEqual(path);
    expect(body.issues[0].message).toMatch(words);
    expect(await countEvents()).toBe(before);
  });

  test.each([
    ['{"event_type":"dataset.updated","data":{"dataset_id":"d","a":"\\ud800"}}', 400],
    ['{"event_type":"dataset.updated","data":{"dataset_id":"d","a":1e999999}}', 400],
    [`{"event_type":"dataset.updated","data":{"dataset_id":"d","a":${'['.repeat(200)}${']'.repeat(200)}}}`, 400],
    ['{"event_type"', 400],
    ['[]', 400],
    [`{"event_type":"dataset.updated","data":{"dataset_id":"d"}}${' '.repeat(1024 * 1024)}`, 413],
  ])('refuses %.60s… with a word', async (body, status) => {
    const answer = await publish(body);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toMatch(/\w+/);
  });

  test('takes a key with the scope publish, and says so to any other', async () => {
    expect(await publish(DATASET, { as: reader })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await publish(DATASET, { as: 'hf_unknown' })).toMatchObject({ status: 401 });
  });

  test('a batch is taken whole, in order', async () => {
    const events = Array.from({ length: 1000 }, (_, n) => ({ ...DATASET, data: { dataset_id: `d${n}` } }));
    const { status, body } = await call('/api/events/batch', { body: JSON.stringify({ events }) });
    expect(status).toBe(202);
    expect(body.items).toHaveLength(1000);
    const stored = await platform.database.event.findMany({
      where: { id: { in: body.items.map(({ id }: { id: string }) => id) } },
      orderBy: { id: 'asc' },
    });
    expect(stored.map(({ body: text }) => JSON.parse(text ?? '').data.dataset_id)).toEqual(
      events.map(({ data }) => data.dataset_id),
    );
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(stored.map(({ id }) => id));
  });

  test.each([
    [[DATASET, { ...DATASET, event_type: 'nothing.known' }], ['events', '1', 'event_type'], 400],
    [[DATASET, { ...DATASET, data: {} }], ['events', '1', 'data', 'dataset_id'], 400],
    [[], ['events'], 400],
  ])('or not at all: %j', async (events, path, status) => {
    const before = await countEvents();
    const answer = await call('/api/events/batch', { body: JSON.stringify({ events }) });
    expect(answer.status).toBe(status);
    expect(answer.body.issues[0].path).toEqual(path);
    expect(await countEvents()).toBe(before);
  });

  test('or not at all when one of its keys was used with another body, and its other keys stay free', async () => {
    const [used, free] = [freshKey(), freshKey()];
    await publish({ ...DATASET, idempotency_key: used });
    const before = await countEvents();
    const first = { ...DATASET, idempotency_key: free };
    const second = { ...DATASET, data: { dataset_id: 'other' }, idempotency_key: used };
    const refused = await call('/api/events/batch', { body: JSON.stringify({ events: [first, second] }) });
    expect(refused.status).toBe(409);
    expect(refused.body.issues).toMatchObject([{ path: ['events', '1', 'idempotency_key'] }]);
    expect(await countEvents()).toBe(before);
    expect(await publish(first)).toMatchObject({ status: 202, body: { duplicate: false } });
  });
});

describe('an event type of the organization’s own', () => {
  const schema = { type: 'object', required: ['order'], properties: { order: { type: 'integer' } } };
  const put = (name: string, body: unknown) =>
    viaRest(`/api/event-types/${name}`, { method: 'PUT', body: JSON.stringify(body) });

  test('is made, checked by its JSON Schema, changed and deleted', async () => {
    const made = await put('shop.order.paid', { description: 'An order was paid.', schema, example: { order: 7 } });
    expect(made).toMatchObject({ status: 200, body: { name: 'shop.order.paid', built_in: false, schema } });
    const publish = (data: unknown) =>
      viaRest('/api/events', { body: JSON.stringify({ event_type: 'shop.order.paid', data }) });
    expect(await publish({ order: 1 })).toMatchObject({ status: 202 });
    expect(await publish({ order: 'x' })).toMatchObject({
      status: 400,
      body: { issues: [{ path: ['data', 'order'] }] },
    });
    expect(await publish({})).toMatchObject({ status: 400, body: { issues: [{ path: ['data', 'order'] }] } });
    await put('shop.order.paid', { schema: { type: 'object', required: ['paid_at'] } });
    expect(await publish({ order: 1 })).toMatchObject({
      status: 400,
      body: { issues: [{ path: ['data', 'paid_at'] }] },
    });
    expect(await viaRest('/api/event-types/shop.order.paid', { method: 'DELETE' })).toMatchObject({ status: 204 });
    expect(await publish({ order: 1 })).toMatchObject({ status: 400, body: { issues: [{ path: ['event_type'] }] } });
  });

  test.each([
    ['dataset.updated', {}, ['name'], /built-in/],
    ['shop.a', { schema: { type: 'nonsense' } }, ['schema'], /not a usable JSON Schema/],
    ['shop.a', { schema: { $ref: 'https://example.com/x' } }, ['schema'], /not a usable JSON Schema/],
    ['shop.a', { schema, example: {} }, ['example'], /does not match the schema/],
    ['Shop', {}, ['name'], /two or more parts/],
  ])('%s with %j is refused by the field', async (name, body, path, words) => {
    const answer = await put(name, body);
    expect(answer.status).toBe(400);
    expect(answer.body.issues[0].path).toEqual(path);
    expect(answer.body.issues[0].message).toMatch(words);
  });

  test('that changes between the check and the publish is checked again', async () => {
    await put('shop.order.moved', {});
    const changed = { organization_id: organization.id, event_type: 'shop.order.moved', version: crypto.randomUUID() };
    const { rows } = await platform.pool.query('select outcome from publish_events($1, false)', [
      JSON.stringify([
        {
          ...changed,
          position: 0,
          patterns: ['*'],
          type_version: changed.version,
          data: '{}',
          origin: 'api',
          actor_type: 'system',
          actor_id: 'x',
          actor_name: 'x',
        },
      ]),
    ]);
    expect(rows).toEqual([{ outcome: 'stale_type' }]);
  });
});

describe('GET /api/events', () => {
  test('lists them newest first, by type and time, without those of others', async () => {
    const other = await createTestOrganization(platform);
    const otherKey = await createTestApiKey(other.scope(), ['publish', 'read']);
    const ids: string[] = [];
    for (const event_type of ['dataset.created', 'dataset.deleted', 'dataset.created'])
      ids.unshift(
        (await viaRest('/api/events', { body: JSON.stringify({ ...DATASET, event_type }), as: otherKey })).body.id,
      );
    const list = async (query: string) =>
      (await viaRest(`/api/events?${query}`, { method: 'GET', as: otherKey })).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await list('')).toEqual(ids);
    expect(await list('event_type=dataset.created')).toEqual([ids[0], ids[2]]);
    expect(await list('until=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await list('since=2020-01-01T00:00:00Z')).toEqual(ids);
    const first = await viaRest('/api/events?limit=2', { method: 'GET', as: otherKey });
    expect(await list(`limit=2&cursor=${first.body.next_cursor}`)).toEqual([ids[2]]);
  });

  test('a payload is erased at once and for good, and the event stays', async () => {
    const { body } = await viaRest('/api/events', { body: JSON.stringify(DATASET) });
    expect(await viaRest(`/api/events/${body.id}/data`, { method: 'DELETE' })).toMatchObject({ status: 204 });
    expect(await viaRest(`/api/events/${body.id}/data`, { method: 'DELETE' })).toMatchObject({ status: 204 });
    const event = await viaRest(`/api/events/${body.id}`, { method: 'GET' });
    expect(event.body).toMatchObject({ id: body.id, data: null, body: null, erased_at: expect.any(String) });
    const audited = await platform.database.auditLog.count({
      where: { action: 'event.data_erased', target_id: body.id },
    });
    expect(audited).toBe(1);
  });
});
