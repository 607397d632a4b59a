import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishEvents } from '#features/events/publish-events.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { subscribe } from '#testing/test-webhooks.ts';
import { countDeliveries, latestDeliveries } from './count-deliveries.ts';
import { exportDeliveries } from './export-deliveries.ts';
import { listDeliveries } from './list-deliveries.ts';
import type { DeliveryFilters } from './schema.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let other: TestOrganization;
let first: string;
let second: string;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  other = await createTestOrganization(platform);
  first = (await subscribe(organization, 'http://127.0.0.1:4101/hook', { description: 'Order service' })).id;
  second = (await subscribe(organization, 'http://127.0.0.1:4102/hook')).id;
  await subscribe(other, 'http://127.0.0.1:4103/hook');
});

afterAll(() => platform.close());

/** Publishes an event to the webhooks of an organization. @returns its id. */
async function publish(
  data: Record<string, unknown> = {},
  { of = organization, ...given }: { of?: TestOrganization; subject?: string; key?: string; type?: string } = {},
): Promise<string> {
  const event = {
    event_type: given.type ?? 'dataset.updated',
    data: JSON.stringify({ dataset_id: 'dataset-4', ...data }),
    occurred_at: null,
    idempotency_key: given.key ?? null,
    subject: given.subject ?? null,
  };
  const [published] = await publishEvents(of.scope(), [event], { origin: 'api', isBatch: false });
  return published?.id ?? '';
}

/** Removes what earlier tests have left. */
const forget = () => platform.pool.query('truncate event, delivery, delivery_pending, attempt, event_key');

type Stored = { id: string; event_id: string; webhook_id: string };

const pendingOf = async (event_id: string): Promise<Stored[]> =>
  (
    await platform.pool.query<Stored>(
      `select id::text, event_id::text, webhook_id::text from delivery_pending where event_id = $1 order by webhook_id`,
      [event_id],
    )
  ).rows;

/** Ends the deliveries of an event as an attempt would. */
const end = (event_id: string, status: string, answer: number | null, error_code: string | null = null, attempts = 1) =>
  platform.pool.query(
    `with gone as (delete from delivery_pending where event_id = $1 returning *)
     insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status, reason,
         attempt_count, last_attempt_at, last_status, last_error_code, deadline_at)
       select id, organization_id, webhook_id, event_id, event_type, origin, created_at, $2,
           case $2 when 'failed' then 'expired' when 'cancelled' then 'disabled' end, $5, now(), $3, $4, now()
         from gone`,
    [event_id, status, answer, error_code, attempts],
  );

const fail = (event_id: string, answer: number | null, error_code: string | null, attempts: number) =>
  platform.pool.query(
    `update delivery_pending set attempt_count = $4, last_status = $2, last_error_code = $3, last_attempt_at = now()
       where event_id = $1`,
    [event_id, answer, error_code, attempts],
  );

const ask = (filters: Partial<DeliveryFilters> & { limit?: number; cursor?: string } = {}, of = organization) =>
  listDeliveries(of.scope(), { limit: 50, ...filters });

/** What each of the two webhooks has. */
const twice = <Row>(row: Row): Row[] => [row, row];

/** The events of what is found, each once. */
const eventsOf = async (filters: Partial<DeliveryFilters>, of = organization) => [
  ...new Set((await ask(filters, of)).items.map(({ event_id }) => event_id)),
];

async function allPages(filters: Partial<DeliveryFilters>, limit: number) {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ask({ ...filters, limit, ...(cursor && { cursor }) });
    ids.push(...page.items.map(({ id }) => id));
    if (page.next_cursor === null) return ids;
    const hex = Buffer.from(page.next_cursor, 'base64url').toString('hex');
    cursor = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}

test('the list has the deliveries of all webhooks of the organization, newest first, each once over its pages', async () => {
  await forget();
  await publish({}, { of: other });
  const ended = await publish();
  await end(ended, 'delivered', 200);
  await publish();
  await publish({}, { of: other });
  const { items } = await ask();
  expect(items.map(({ status }) => status)).toEqual(['pending', 'pending', 'delivered', 'delivered']);
  expect(items.map(({ id }) => id)).toEqual(
    items
      .map(({ id }) => id)
      .toSorted()
      .toReversed(),
  );
  expect(new Set(items.map(({ webhook_name }) => webhook_name))).toEqual(new Set(['Order service', '127.0.0.1:4102']));
  expect(await allPages({}, 1)).toEqual(items.map(({ id }) => id));
  expect(await allPages({}, 3)).toEqual(items.map(({ id }) => id));
});

test('each filter leaves exactly the deliveries that it names', async () => {
  await forget();
  const waiting = await publish();
  const retried = await publish();
  await fail(retried, 503, null, 3);
  const delivered = await publish();
  await end(delivered, 'delivered', 204);
  const failed = await publish({}, { type: 'dataset.created' });
  await end(failed, 'failed', 500, null, 9);
  const timedOut = await publish();
  await end(timedOut, 'failed', null, 'timeout', 2);
  const cancelled = await publish();
  await end(cancelled, 'cancelled', null);

  expect(await eventsOf({ status: 'pending' })).toEqual([retried, waiting]);
  expect(await eventsOf({ retrying: true })).toEqual([retried]);
  expect(await eventsOf({ status: 'pending', retrying: false })).toEqual([waiting]);
  expect(await eventsOf({ retrying: false })).toEqual([cancelled, timedOut, failed, delivered, waiting]);
  expect(await eventsOf({ status: 'delivered' })).toEqual([delivered]);
  expect(await eventsOf({ status: 'delivered', retrying: true })).toEqual([]);
  expect(await eventsOf({ status: 'failed' })).toEqual([timedOut, failed]);
  expect(await eventsOf({ status: 'cancelled' })).toEqual([cancelled]);
  expect(await eventsOf({ event_type: 'dataset.created' })).toEqual([failed]);
  expect(await eventsOf({ answer: '500' })).toEqual([failed]);
  expect(await eventsOf({ answer: '5xx' })).toEqual([failed, retried]);
  expect(await eventsOf({ answer: '2xx' })).toEqual([delivered]);
  expect(await eventsOf({ error_code: 'timeout' })).toEqual([timedOut]);
  expect(await eventsOf({ min_attempts: 3 })).toEqual([failed, retried]);
  expect(await eventsOf({ origin: 'manual' })).toEqual([]);
  expect(await eventsOf({ origin: 'event', status: 'cancelled' })).toEqual([cancelled]);
  expect((await ask({ webhook_id: second })).items.every(({ webhook_id }) => webhook_id === second)).toBe(true);
  expect((await ask({ webhook_id: second })).items).toHaveLength(6);
  const { created_at } = (await ask({ search: delivered })).items[0] ?? { created_at: new Date() };
  expect(await eventsOf({ since: created_at })).not.toContain(waiting);
  expect(await eventsOf({ until: created_at })).toContain(waiting);
  expect(await eventsOf({ until: created_at })).not.toContain(failed);
});

test('a delivery is retrying exactly while it is pending after a failed attempt', async () => {
  await forget();
  const event = await publish();
  const isRetrying = async () => (await ask()).items.map(({ retrying }) => retrying);
  expect(await isRetrying()).toEqual([false, false]);
  await fail(event, 500, null, 1);
  expect(await isRetrying()).toEqual([true, true]);
  await end(event, 'failed', 500, null, 2);
  expect(await isRetrying()).toEqual([false, false]);
});

test('a search finds a delivery by its id, its event, its key, its subject, and the beginning of its subject', async () => {
  await forget();
  const event = await publish({}, { key: 'order-17-paid', subject: 'run_281649' });
  const near = await publish({}, { subject: 'run_281650' });
  await publish({}, { subject: 'other' });
  const [delivery] = await pendingOf(event);
  const by = async (search: string) => (await ask({ search })).items.map((item) => [item.event_id, item.matched_by]);
  expect(await by(delivery?.id ?? '')).toEqual([[event, 'id']]);
  expect(await by((delivery?.id ?? '').toUpperCase())).toEqual([[event, 'id']]);
  expect(await by(event)).toEqual(twice([event, 'id']));
  expect(await by('order-17-paid')).toEqual(twice([event, 'idempotency_key']));
  expect(await by('run_281649')).toEqual(twice([event, 'subject']));
  expect(await eventsOf({ search: 'run_2816' })).toEqual([near, event]);
  expect(await by('run%')).toEqual([]);
  expect(await by('nothing like it')).toEqual([]);
  await end(event, 'delivered', 200);
  expect(await by('run_281649')).toEqual(twice([event, 'subject']));
  expect(await eventsOf({ search: 'run_2816', status: 'pending' })).toEqual([near]);
});

test('a text in a payload is found in lower and upper case, as it was typed and as JSON writes it', async () => {
  await forget();
  const event = await publish({ customer: 'Ada "Countess" Lovelace', share: '100%' });
  await publish({ customer: 'Grace' });
  for (const payload_contains of ['Ada "Countess"', 'countess', '100%', 'LOVELACE'])
    expect(await eventsOf({ payload_contains }), payload_contains).toEqual([event]);
  expect(await eventsOf({ payload_contains: '100_' })).toEqual([]);
});

test('a search for something rare stops after a bounded number of deliveries and goes on from there', async () => {
  await forget();
  const rare = await publish();
  await end(rare, 'delivered', 204);
  await platform.pool.query(
    `insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status,
         attempt_count, last_status, deadline_at)
       select uuidv7(), $1, $2, uuidv7(), 'dataset.updated', 'event', now(), 'delivered', 1, 200, now()
         from generate_series(1, 20000)`,
    [organization.scope().organization_id, first],
  );
  const page = await ask({ answer: '204' });
  expect(page.items).toEqual([]);
  expect(page.searched_back_to).toBeInstanceOf(Date);
  expect(page.next_cursor).not.toBeNull();
  expect(await allPages({ answer: '204' }, 50)).toHaveLength(2);
  expect((await ask({ answer: '200', limit: 20 })).searched_back_to).toBeNull();
  const file = await exportDeliveries(organization.scope(), { format: 'ndjson', answer: '204' });
  const lines = (await file.toResponse(console.error).text()).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).event_id)).toEqual([rare, rare]);
});

test('a search loses nothing where one index was read further back than another', async () => {
  await forget();
  await publish({}, { type: 'dataset.created' });
  const ended = await publish({}, { type: 'dataset.created' });
  await end(ended, 'delivered', 200);
  await platform.pool.query(
    `insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status,
         attempt_count, last_status, deadline_at)
       select uuidv7(), $1, $2, uuidv7(), 'dataset.updated', 'event', now(), 'delivered', 1, 200, now()
         from generate_series(1, 20000)`,
    [organization.scope().organization_id, first],
  );
  const found = await allPages({ event_type: 'dataset.created' }, 1);
  expect(found).toHaveLength(4);
  expect(found).toEqual(found.toSorted().toReversed());
});

test('around a time are the deliveries that were created then and those that an attempt was made for', async () => {
  await forget();
  const retried = await publish();
  const fresh = await publish();
  await platform.pool.query(
    `update delivery_pending set created_at = now() - interval '5 hours',
         id = (left(uuid_from_time(now() - interval '5 hours')::text, 14) || right(id::text, 22))::uuid
       where event_id = $1`,
    [retried],
  );
  await platform.pool.query(
    `insert into attempt (delivery_id, webhook_id, number, started_at, outcome, queue_ms, total_ms, request_headers)
       select id, webhook_id, 4, now(), 'retry', 1, 5, '{}' from delivery_pending where event_id = $1`,
    [retried],
  );
  const { items } = await ask({ around: new Date() });
  expect(items.map(({ event_id, matched_by }) => [event_id, matched_by])).toEqual([
    ...twice([fresh, 'creation']),
    ...twice([retried, 'attempt']),
  ]);
  const before = new Date(Date.now() - 5 * 3_600_000);
  expect(await eventsOf({ around: before })).toEqual([retried]);
  expect(await eventsOf({ around: new Date(Date.now() - 2 * 3_600_000) })).toEqual([]);
  expect(await eventsOf({ around: new Date(Date.now() - 2 * 3_600_000), around_minutes: 130 })).toEqual([
    fresh,
    retried,
  ]);
});

test('no filter and no search shows a delivery of another organization', async () => {
  await forget();
  const event = await publish({ customer: 'Ada' }, { of: other, key: 'their-key', subject: 'theirs' });
  const [delivery] = await pendingOf(event);
  await fail(event, 500, 'timeout', 2);
  const ended = await publish({ customer: 'Ada' }, { of: other, subject: 'theirs too' });
  const [endedDelivery] = await pendingOf(ended);
  await end(ended, 'failed', 503);
  const scope = organization.scope();
  for (const filters of [
    {},
    { status: 'pending' },
    { status: 'failed' },
    { search: ended },
    { search: endedDelivery?.id ?? '' },
    { retrying: true },
    { answer: '5xx' },
    { search: event },
    { search: delivery?.id ?? '' },
    { search: 'their-key' },
    { search: 'theirs' },
    { payload_contains: 'Ada' },
    { around: new Date() },
  ] as const)
    expect((await ask(filters)).items, JSON.stringify(filters)).toEqual([]);
  expect((await latestDeliveries(scope, [delivery?.id ?? ''], null, {})).items).toEqual([]);
  expect(await countDeliveries(scope, {})).toMatchObject({ retrying: 0, pending: 0 });
  expect((await ask({ search: 'theirs' }, other)).items).toHaveLength(1);
  expect((await ask({ search: 'theirs too' }, other)).items).toHaveLength(1);
});

test('a webhook of another organization is not found, by the list and before a download begins', async () => {
  const theirs = await subscribe(other, 'http://127.0.0.1:4104/hook');
  await expect(ask({ webhook_id: theirs.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(exportDeliveries(organization.scope(), { format: 'csv', webhook_id: theirs.id })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await ask({ webhook_id: theirs.id }, other)).items).toEqual([]);
});

test('the counts of states follow the other filters, and a live list gets its rows as they are and the number of new ones', async () => {
  await forget();
  const scope = organization.scope();
  const delivered = await publish();
  await end(delivered, 'delivered', 200);
  const retried = await publish();
  await fail(retried, 500, null, 1);
  await publish();
  expect(await countDeliveries(scope, {})).toEqual({ pending: 2, retrying: 2, delivered: 2, failed: 0, cancelled: 0 });
  expect(await countDeliveries(scope, { webhook_id: first, status: 'failed' })).toEqual({
    pending: 1,
    retrying: 1,
    delivered: 1,
    failed: 0,
    cancelled: 0,
  });
  expect(await countDeliveries(scope, { search: 'x' })).toBeNull();
  const shown = (await ask({ status: 'pending', retrying: true })).items.map(({ id }) => id);
  await end(retried, 'delivered', 200, null, 2);
  const newest = (await ask()).items[0]?.id ?? null;
  await publish();
  const latest = await latestDeliveries(scope, shown, newest, { status: 'pending' });
  expect(latest.items.map(({ id, status }) => [id, status])).toEqual(shown.map((id) => [id, 'delivered']));
  expect(latest.newer).toBe(2);
});
