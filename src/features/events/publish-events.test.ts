import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readJson } from '#core/json/user-json.ts';
import { previewFilter } from '#features/deliveries/preview-filter.ts';
import { deleteEventType } from '#features/event-types/delete-event-type.ts';
import { recallOwnEventType } from '#features/event-types/own-event-types.ts';
import { putEventType } from '#features/event-types/put-event-type.ts';
import { createWebhook } from '#features/webhooks/create-webhook.ts';
import { createWebhookInput, updateWebhookInput } from '#features/webhooks/schema.ts';
import { updateWebhook } from '#features/webhooks/update-webhook.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { type CuttingProxy, startCuttingProxy } from '#testing/cutting-proxy.ts';
import { connectAsPlatform } from '#testing/held-transaction.ts';
import {
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
  uniqueName,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { publishEvents } from './publish-events.ts';

let platform: OpenPlatform;
let proxy: CuttingProxy;
/** On the same database, through a network that loses answers. */
let other: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  proxy = await startCuttingProxy(platform.config.databaseUrl ?? '');
  other = await openPlatform(platform.config, platform.log, proxy.connectionString);
});
afterAll(async () => {
  await other.close();
  await proxy.close();
  await platform.close();
});

const fresh = async (by: OpenPlatform = platform) => {
  organization = await createTestOrganization(by);
  return organization;
};

const given = (data: unknown, idempotency_key: string | null = null, event_type = 'dataset.updated') => ({
  event_type,
  data: typeof data === 'string' ? data : JSON.stringify(data),
  occurred_at: null,
  idempotency_key,
});

const publish = async (data: unknown, key?: string, type?: string, by = organization) => {
  const [published] = await publishEvents(by.scope(), [given(data, key, type)], { origin: 'api', isBatch: false });
  return published ?? expect.fail('A publish returned no result.');
};

const subscribe = (filter: string | null, by = organization, event_type = 'dataset.*') =>
  createWebhook(
    by.scope(),
    createWebhookInput.parse({ event_type, target_url: 'http://127.0.0.1:4/x', filter: filter && readJson(filter) }),
  );

const eventsOf = async ({ id } = organization) => {
  const { rows } = await platform.pool.query<{ id: string; deliveries: number; pending: number }>(
    `select id::text, deliveries, (select count(*)::int from delivery_pending p where p.event_id = e.id) as pending
       from event e where organization_id = $1 order by id`,
    [id],
  );
  return rows;
};

describe('when the connection breaks while events are stored', () => {
  const DATA = { dataset_id: 'd' };

  test.each(['answer', 'request', 'sender'] as const)(
    '(%s lost) each of 30 at once is stored once, and answers its own id',
    async (lost) => {
      await fresh(other);
      await subscribe(null);
      await publish(DATA);
      const cut = proxy.cutAt('publish_events', lost);
      const answers = Promise.all(
        Array.from({ length: 30 }, (_, n) => publish(DATA, n % 2 === 0 ? undefined : `key-${n}`)),
      );
      await cut;
      const published = await answers;
      const stored = (await eventsOf()).slice(1);
      expect(published.map(({ id }) => id).toSorted()).toEqual(stored.map(({ id }) => id));
      expect(published.every(({ deliveries, duplicate }) => deliveries === 1 && !duplicate)).toBe(true);
      expect(stored.map(({ pending }) => pending)).toEqual(Array(30).fill(1));
    },
  );

  test.each(['answer', 'request', 'sender'] as const)('(%s lost) a batch is stored once and in order', async (lost) => {
    await fresh(other);
    await subscribe(null);
    await publish(DATA);
    const cut = proxy.cutAt('publish_events', lost);
    const events = Array.from({ length: 50 }, (_, n) => given({ dataset_id: `d${n}` }, `batch-${n}`));
    const answers = publishEvents(organization.scope(), events, { origin: 'api', isBatch: true });
    await cut;
    expect((await answers).map(({ id }) => id)).toEqual((await eventsOf()).slice(1).map(({ id }) => id));
  });

  test('the answers to others of the same statement stay true: a duplicate is a duplicate', async () => {
    await fresh(other);
    const first = await publish(DATA, 'known');
    const cut = proxy.cutAt('publish_events', 'answer');
    const answers = Promise.all([
      publish(DATA),
      publish(DATA, 'known'),
      publish({ dataset_id: 'x' }, 'known').catch((error) => error.code),
    ]);
    await cut;
    const [fresh_, duplicate, conflict] = await answers;
    expect([fresh_.duplicate, duplicate, conflict]).toEqual([false, { ...first, duplicate: true }, 'CONFLICT']);
    expect(await eventsOf()).toHaveLength(2);
  });
});

test('an event that PostgreSQL cannot take is refused alone', async () => {
  await fresh();
  const scope = organization.scope();
  const odd = { ...scope, actor: { ...scope.actor, name: 'U+0000 \u0000' } };
  const outcomes = await Promise.allSettled(
    [scope, odd, scope].map((one) =>
      publishEvents(one, [given({ dataset_id: 'd' })], { origin: 'api', isBatch: false }),
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await eventsOf()).toHaveLength(2);
});

test('a duplicate’s answer has the deliveries of the first', async () => {
  await fresh();
  await subscribe(null);
  await subscribe(null);
  const first = await publish({ dataset_id: 'd' }, 'key');
  expect(first).toMatchObject({ deliveries: 2, duplicate: false });
  expect(await publish('{"dataset_id" : "d"}', 'key')).toEqual({ ...first, duplicate: true });
});

describe('an event type that is changed while a publish waits for its key', () => {
  const typeName = () => `own.${uniqueName('t').replace(' ', '_')}`;

  /** Publishes with a key that another transaction has stored and gives up, and changes the type meanwhile. */
  async function publishDuring(schema: Record<string, unknown> | null) {
    await fresh();
    const name = typeName();
    await putEventType(organization.scope(), { name, description: '' });
    const holder = await connectAsPlatform(platform.config.databaseUrl ?? '');
    await holder.query('begin');
    await holder.query(
      'insert into event_key (organization_id, key, event_id, body_hash) values ($1, $2, uuidv7(), $3)',
      [organization.id, 'key', Buffer.alloc(32)],
    );
    const published = publish({ a: 1 }, 'key', name).catch((error: { code: string }) => error.code);
    await until('the publish waits for the key', async () => {
      const { rows } = await platform.pool.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%publish_events%'`,
      );
      return rows.length > 0;
    });
    await putEventType(organization.scope(), { name, description: 'changed', schema });
    await holder.query('rollback');
    await holder.end();
    return { answer: await published, name };
  }

  test('is looked at once: what is accepted is there, and its retry is told so', async () => {
    const { answer, name } = await publishDuring(null);
    expect(answer).toMatchObject({ duplicate: false });
    expect(await publish({ a: 1 }, 'key', name)).toEqual({ ...(answer as object), duplicate: true });
    expect(await eventsOf()).toHaveLength(1);
  });

  test('and what the new type refuses is refused, with its key free', async () => {
    const { answer, name } = await publishDuring({ required: ['b'] });
    expect([answer, await eventsOf()]).toEqual(['BAD_REQUEST', []]);
    expect(await publish({ b: 1 }, 'key', name)).toMatchObject({ duplicate: false });
    expect(await eventsOf()).toHaveLength(1);
  });
});

describe('an event type of the organization', () => {
  test('that another process changed or deleted holds from the next publish on, also in a batch', async () => {
    await fresh();
    const name = `own.${uniqueName('t').replace(' ', '_')}`;
    const elsewhere = { ...organization.scope(), platform: other };
    const change = (schema: Record<string, unknown> | null) =>
      putEventType(elsewhere, { name, description: JSON.stringify(schema), schema });
    const answerOf = (data: unknown) =>
      publish(data, undefined, name).then(
        () => 'published',
        (error: { code: string }) => error.code,
      );
    await change({ required: ['a'] });
    expect([await answerOf({ a: 1 }), await answerOf({ b: 1 })]).toEqual(['published', 'BAD_REQUEST']);
    await change({ required: ['b'] });
    expect([await answerOf({ b: 1 }), await answerOf({ a: 1 })]).toEqual(['published', 'BAD_REQUEST']);
    await change({ required: ['a'] });
    const batch = [{ a: 1 }, { a: 2 }].map((data) => ({
      event_type: name,
      data: JSON.stringify(data),
      occurred_at: null,
      idempotency_key: null,
    }));
    expect(await publishEvents(organization.scope(), batch, { origin: 'api', isBatch: true })).toHaveLength(2);
    await deleteEventType(elsewhere, name);
    // What this process remembers is the type that was deleted, until the database says so.
    expect(await recallOwnEventType(platform, organization.id, name)).not.toBeNull();
    expect(await answerOf({ a: 1 })).toBe('BAD_REQUEST');
    expect(await eventsOf()).toHaveLength(4);
  });
});

describe('an organization’s own schema', () => {
  /** 2^40 checks of the member `a`, none where it is not there. */
  const $defs = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`a${n}`, { anyOf: [n + 1, n + 1].map((m) => ({ $ref: `#/$defs/a${m}` })) }]),
  );
  const schema = { properties: { a: { $ref: '#/$defs/a0' } }, $defs: { ...$defs, a40: { const: 'never' } } };

  test('that is slow is its own organization’s error, and others are answered before', async () => {
    const greedy = await fresh();
    await putEventType(greedy.scope(), { name: 'own.slow', description: '', schema });
    const modest = await fresh();
    await putEventType(modest.scope(), { name: 'own.quick', description: '', schema: { required: ['b'] } });
    // Its threads are started.
    await publish({ b: 1 }, undefined, 'own.quick', modest);
    const order: string[] = [];
    const slow = publish({ a: 1 }, 'key', 'own.slow', greedy).catch((error) => {
      order.push('greedy');
      return error;
    });
    await publish({ b: 1 }, undefined, 'own.quick', modest);
    await publish({ dataset_id: 'd' }, undefined, undefined, modest);
    order.push('modest');
    expect(await slow).toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: ['data'], message: expect.stringMatching(/was stopped. Simplify the schema/) }],
    });
    expect(order).toEqual(['modest', 'greedy']);
    expect(await eventsOf(greedy)).toEqual([]);
    expect(await platform.database.eventKey.count({ where: { organization_id: greedy.id } })).toBe(0);
  });

  test.each([
    ['that refers to itself', { schema: { $ref: '#' } }, ['schema']],
    ['that is slow on its own example', { schema, example: { a: 1 } }, ['schema']],
    ['that is of another place', { schema: { $ref: 'https://example.com/schema.json' } }, ['schema']],
    ['with an example that it refuses', { schema: { required: ['b'] }, example: { a: 1 } }, ['example']],
  ])('%s is refused, and nothing is stored', async (_what, given, path) => {
    await fresh();
    await expect(
      putEventType(organization.scope(), { name: 'own.bad', description: '', ...given }),
    ).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path }],
    });
    expect(await platform.database.eventType.count({ where: { organization_id: organization.id } })).toBe(0);
  });
});

describe('filters', () => {
  test('that another process changed hold from the next publish on', async () => {
    await fresh();
    const { id } = await subscribe('{"dataset_id":"a"}');
    const deliveries = async () => (await publish({ dataset_id: 'a' })).deliveries;
    expect(await deliveries()).toBe(1);
    const elsewhere = { ...organization.scope(), platform: other };
    const change = (filter: unknown) => updateWebhook(elsewhere, updateWebhookInput.parse({ id, filter }));
    await change({ dataset_id: 'b' });
    expect(await deliveries()).toBe(0);
    await change(null);
    expect(await deliveries()).toBe(1);
    await other.pool.query(
      `update webhook set status = 'disabled', disabled_reason = 'gone', disabled_at = now() where id = $1`,
      [id],
    );
    expect(await deliveries()).toBe(0);
  });

  test('of several webhooks and types let each its own through, also in a batch', async () => {
    await fresh();
    const [a, b] = [await subscribe('{"dataset_id":"a"}'), await subscribe('{"dataset_id":"b"}', organization, '*')];
    const all = await subscribe(null);
    const events = ['a', 'b', 'c'].map((dataset_id) => given({ dataset_id }));
    const published = await publishEvents(organization.scope(), events, { origin: 'api', isBatch: true });
    const { rows } = await platform.pool.query(
      'select event_id::text, array_agg(webhook_id::text order by id) as lanes from delivery_pending where organization_id = $1 group by 1 order by 1',
      [organization.id],
    );
    expect(rows.map(({ lanes }) => lanes.toSorted())).toEqual([
      [a.id, all.id].toSorted(),
      [b.id, all.id].toSorted(),
      [all.id],
    ]);
    expect(published.map(({ deliveries }) => deliveries)).toEqual([2, 2, 1]);
  });

  test('compare numbers with all their digits, in publishing and in the preview', async () => {
    await fresh();
    await subscribe('{"dataset_id":{"exists":true},"rows":9007199254740993}');
    const rows = (digits: string) => publish(`{"dataset_id":"d","rows":${digits}}`);
    expect((await rows('9007199254740992')).deliveries).toBe(0);
    expect((await rows('9007199254740993')).deliveries).toBe(1);
    const preview = await previewFilter(organization.scope(), {
      event_type: ['dataset.*'],
      filter: JSON.parse('{"rows":{"lt":9007199254740993}}'),
    });
    expect(preview.items).toHaveLength(2);
  });

  test('that are large on data that is large hold up neither others’ publishes nor previews', async () => {
    const greedy = await fresh();
    const or = Array.from({ length: 90 }, (_, n) => ({
      'tags.name': { in: Array.from({ length: 100 }, (_, m) => `value-${n}-${m}`) },
    }));
    const filter = JSON.stringify({ or });
    for (let n = 0; n < 3; n += 1) await subscribe(filter, greedy);
    const modest = await fresh();
    const data = { dataset_id: 'd', tags: Array.from({ length: 5_000 }, (_, n) => ({ name: `text-${n}` })) };
    await publish(data, undefined, undefined, greedy);
    const order: string[] = [];
    const batch = Array.from({ length: 20 }, () => given(data));
    const slow = Array.from({ length: 5 }, async () => {
      await publishEvents(greedy.scope(), batch, { origin: 'api', isBatch: true });
      order.push('greedy');
    });
    const previews = Array.from({ length: 12 }, async () => {
      const { items } = await previewFilter(greedy.scope(), { event_type: ['*'], filter: JSON.parse(filter) });
      order.push('preview');
      return items.length > 0;
    });
    await publish({ dataset_id: 'd' }, undefined, undefined, modest);
    order.push('modest');
    await Promise.all(slow);
    expect(await Promise.all(previews)).toEqual(Array(12).fill(true));
    expect(order.indexOf('modest')).toBeLessThan(order.lastIndexOf('greedy'));
  });

  test('that are larger than a publisher keeps are refused', async () => {
    await fresh();
    const text = 'x'.repeat(1_000);
    const values = Array.from({ length: 100 }, (_, n) => `${text.slice(5)}${n}`);
    const or = Array.from({ length: 6 }, () => ({ a: { in: values } }));
    await expect(subscribe(JSON.stringify({ or }))).rejects.toMatchObject({ issues: [{ path: ['filter'] }] });
    expect(await platform.database.webhook.count({ where: { organization_id: organization.id } })).toBe(0);
  });
});

test('a batch from which more than 100,000 deliveries would come is refused whole', async () => {
  await fresh();
  await platform.pool.query(
    `insert into webhook (organization_id, event_type, target_url, header_names, sealed_secret)
       select $1, '{*}', 'http://127.0.0.1:4/', '{}', 'none' from generate_series(1, 101)`,
    [organization.id],
  );
  const events = Array.from({ length: 1_000 }, (_, n) => given({ dataset_id: 'd' }, `k${n}`));
  const publishing = publishEvents(organization.scope(), events, { origin: 'api', isBatch: true });
  await expect(publishing).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(/100,000/) });
  expect(await eventsOf()).toEqual([]);
  expect(await platform.database.eventKey.count({ where: { organization_id: organization.id } })).toBe(0);
});

afterEach(() => platform.pool.query('delete from delivery_pending'));

test('the same key with another occurred_at is another event and a conflict, and stores nothing', async () => {
  const organization = await fresh();
  const at = (occurred_at: Date | null) =>
    publishEvents(organization.scope(), [{ ...given({ dataset_id: 'd' }, 'a-key'), occurred_at }], {
      origin: 'api',
      isBatch: false,
    });
  const [first] = await at(new Date('2026-01-02T03:04:05.678Z'));
  expect(await at(new Date('2026-01-02T03:04:05.678Z'))).toMatchObject([{ id: first?.id, duplicate: true }]);
  await expect(at(new Date('2026-01-02T03:04:05.679Z'))).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(at(null)).rejects.toMatchObject({ code: 'CONFLICT' });
  const { rows } = await platform.pool.query('select id::text as id from event where organization_id = $1', [
    organization.id,
  ]);
  expect(rows).toEqual([{ id: first?.id }]);
});
