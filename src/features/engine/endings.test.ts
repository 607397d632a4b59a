import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { listDeliveries } from '#features/deliveries/list-deliveries.ts';
import { eraseEventData } from '#features/events/erase-event-data.ts';
import { deleteWebhook } from '#features/webhooks/delete-webhook.ts';
import { pauseWebhook } from '#features/webhooks/pause-webhook.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { publishRow, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { dropOldPartitions } from './partitions.ts';
import type { Result } from './record-results.ts';
import { setAsideResult } from './set-aside.ts';
import { sweepDeliveries } from './sweep-deliveries.ts';

const engine = engineUnderTest();

const HOUR_MS = 3_600_000;
const query = async (text: string, values: unknown[]) => (await engine.platform.pool.query(text, values)).rows;
const scope = () => engine.organization.scope();

/** The deliveries of two days ago have a place to end in. */
beforeAll(() =>
  engine.platform.pool.query(`do $$
    declare
      day date := (now() at time zone 'UTC')::date - 2;
      name text := 'delivery_' || to_char(day, 'YYYYMMDD');
    begin
      execute format('create table "partition".%I (like "public".delivery including all)', name);
      execute format('alter table "public".delivery attach partition "partition".%I for values from (%L) to (%L)', name,
        uuid_from_time(day::timestamp at time zone 'UTC'), uuid_from_time((day + 1)::timestamp at time zone 'UTC'));
    end $$`),
);

/** A delivery from two days ago, held by a pause that ended some hours ago. */
async function heldOne(url: string, resumedHoursAgo = 1) {
  const { id: webhook_id } = await subscribe(engine.organization, url);
  const [event_id = ''] = await publishRow(engine.organization, 1);
  const [pending] = await query(
    `update delivery_pending set created_at = now() - interval '2 days', id = uuid_from_time(now() - interval '2 days'),
        attempt_count = 2, last_status = 500, last_error_code = 'http_error', last_attempt_at = now() - interval '2 days'
      where webhook_id = $1 returning id::text, last_attempt_at`,
    [webhook_id],
  );
  const [webhook] = await query(
    `update webhook set resumed_at = now() - make_interval(hours => $2) where id = $1 returning resumed_at`,
    [webhook_id, resumedHoursAgo],
  );
  return {
    webhook_id,
    event_id,
    delivery_id: pending.id as string,
    last_attempt_at: pending.last_attempt_at as Date,
    deadline_at: new Date((webhook.resumed_at as Date).getTime() + 24 * HOUR_MS),
  };
}
type Held = Awaited<ReturnType<typeof heldOne>>;

/** The row in `delivery`, once it is there and no row of the same id waits any more. */
const endedRow = ({ delivery_id }: Held) =>
  until('it has ended', async () => {
    const [row] = await query(
      'select * from delivery d where id = $1 and not exists (select from delivery_pending p where p.id = d.id)',
      [delivery_id],
    );
    return row;
  });

const asItWas = ({ last_attempt_at }: Held) => ({
  attempt_count: 2,
  last_status: 500,
  last_error_code: 'http_error',
  last_attempt_at,
});

const resultOf = ({ delivery_id, webhook_id, event_id }: Held, outcome: Result['outcome']): Result => ({
  delivery_id,
  webhook_id,
  event_id,
  outcome,
  lease_token: randomUUID(),
  attempt_id: randomUUID(),
  target_url: '',
  is_ours: false,
  number: 3,
  reason: null,
  next_attempt_at: null,
  attempt: null,
});

/** Each way in which a delivery ends without an attempt. */
const ways: [way: string, resumedHoursAgo: number, end: (held: Held) => Promise<unknown>, row: object][] = [
  [
    'the erasure of its event',
    1,
    ({ event_id }) => eraseEventData(scope(), event_id),
    { status: 'cancelled', reason: 'erased' },
  ],
  [
    'the deletion of its webhook',
    1,
    ({ webhook_id }) => deleteWebhook(scope(), webhook_id),
    { status: 'cancelled', reason: 'deleted' },
  ],
  [
    'the sweep after its webhook was disabled',
    1,
    async ({ webhook_id }) => {
      await query(
        `update webhook set status = 'disabled', disabled_at = now(), disabled_reason = 'gone' where id = $1`,
        [webhook_id],
      );
      await sweepDeliveries(engine.platform.pool, null);
    },
    { status: 'cancelled', reason: 'disabled' },
  ],
  [
    'the sweep after its deadline',
    25,
    () => sweepDeliveries(engine.platform.pool, null),
    { status: 'failed', reason: 'expired' },
  ],
  [
    'the sweep of what has no payload',
    1,
    async ({ event_id }) => {
      await query('update event set body = null, erased_at = now() where id = $1', [event_id]);
      engine.run({ upkeepMs: 50 });
    },
    { status: 'cancelled', reason: 'erased' },
  ],
  [
    'a failure that cannot be stored',
    1,
    (held) => setAsideResult(engine.platform.pool, resultOf(held, 'failed')),
    { status: 'failed', reason: 'unrecorded' },
  ],
  [
    'a success that cannot be stored',
    1,
    (held) => setAsideResult(engine.platform.pool, resultOf(held, 'delivered')),
    { status: 'delivered', reason: null },
  ],
];

describe('24 hours after the resume is the deadline of what a pause held', () => {
  test.each(ways)('when it ends by %s', async (_, resumedHoursAgo, end, row) => {
    const held = await heldOne('http://127.0.0.1:4/', resumedHoursAgo);
    await end(held);
    expect(await endedRow(held)).toMatchObject({ ...row, ...asItWas(held), deadline_at: held.deadline_at });
  });

  test.each([
    ['success', 200, { status: 'delivered', reason: null, last_error_code: null }],
    ['an answer that wants no more', 410, { status: 'failed', reason: 'gone', last_error_code: 'http_error' }],
  ])('when it ends by %s', async (_, status, row) => {
    const receiver = await engine.receive((response) => response.writeHead(status).end());
    const held = await heldOne(receiver.url);
    engine.run();
    const ended = await endedRow(held);
    expect(ended).toMatchObject({ ...row, attempt_count: 3, last_status: status, deadline_at: held.deadline_at });
    expect(ended.last_attempt_at.getTime()).toBeGreaterThan(held.last_attempt_at.getTime());
  });

  test('when its turn comes after it, without an attempt and without a failure of the receiver', async () => {
    const receiver = await engine.receive();
    const held = await heldOne(receiver.url, 25);
    engine.run();
    expect(await endedRow(held)).toMatchObject({
      status: 'failed',
      reason: 'expired',
      ...asItWas(held),
      deadline_at: held.deadline_at,
    });
    expect(receiver.requests).toEqual([]);
    const lane = await engine.platform.database.lane.findUniqueOrThrow({ where: { webhook_id: held.webhook_id } });
    expect(lane).toMatchObject({ consecutive_failures: 0, failing_since: null, last_attempt_at: null });
  });

  test('while it is pending', async () => {
    const held = await heldOne('http://127.0.0.1:4/');
    const { items } = await listDeliveries(scope(), { webhook_id: held.webhook_id, limit: 1 });
    expect(items).toMatchObject([{ id: held.delivery_id, deadline_at: held.deadline_at }]);
  });
});

describe('the sweep ends nothing', () => {
  const pending = ({ delivery_id }: Held) =>
    query('select id::text as id from delivery_pending where id = $1', [delivery_id]);

  test('that a pause holds, however long it lasts', async () => {
    const held = await heldOne('http://127.0.0.1:4/', 30);
    await pauseWebhook(scope(), held.webhook_id);
    await sweepDeliveries(engine.platform.pool, null);
    expect(await pending(held)).toHaveLength(1);
  });

  test('that a long pause has held, before 24 hours after the resume', async () => {
    const held = await heldOne('http://127.0.0.1:4/', 23);
    await sweepDeliveries(engine.platform.pool, null);
    expect(await pending(held)).toHaveLength(1);
  });
});

describe('what a pause holds could be sent until it ends', () => {
  test('so that its deadline is not before the erasure that ends it', async () => {
    const held = await heldOne('http://127.0.0.1:4/', 30);
    await pauseWebhook(scope(), held.webhook_id);
    await eraseEventData(scope(), held.event_id);
    const { deadline_at, ended_at } = await endedRow(held);
    expect(deadline_at).toEqual(ended_at);
  });

  test('so that its deadline is the time at which it was held for too long', async () => {
    const held = await heldOne('http://127.0.0.1:4/', 30);
    await pauseWebhook(scope(), held.webhook_id);
    const now = new Date(Date.now() + 400 * 24 * HOUR_MS);
    await dropOldPartitions(engine.platform, now);
    expect(await endedRow(held)).toMatchObject({
      status: 'failed',
      reason: 'retention',
      deadline_at: now,
      ended_at: now,
      ...asItWas(held),
    });
  });
});
