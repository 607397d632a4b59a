import { describe, expect, test } from 'vitest';
import { eraseEventData } from '#features/events/erase-event-data.ts';
import { pauseWebhook } from '#features/webhooks/pause-webhook.ts';
import { resumeWebhook } from '#features/webhooks/resume-webhook.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { retryDelivery } from './retry-delivery.ts';

const engine = engineUnderTest();

type Given = Parameters<typeof subscribe>[2];

const retry = (id: string) => retryDelivery(engine.organization.scope(), id);

async function query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await engine.platform.pool.query<Row>(text, values)).rows;
}

/** All that a retry could change: what is pending, what has ended, and the audit entries of retries. */
const rowsOf = async (webhookId: string) => ({
  pending: await query('select * from delivery_pending where webhook_id = $1 order by id', [webhookId]),
  ended: await query('select * from delivery where webhook_id = $1 order by id', [webhookId]),
  audit: await query(
    `select details from dataintel.audit_log where action = 'delivery.retried' and target_id = $1 order by id`,
    [webhookId],
  ),
});

/** Deliveries of which each waits an hour for its next attempt, at a receiver that takes them. */
async function waiting(count: number, given: Given = {}) {
  const receiver = await engine.receive();
  const webhook = await subscribe(engine.organization, receiver.url, given);
  await publishRow(engine.organization, count);
  const rows = await query<{ id: string; event_id: string }>(
    `update delivery_pending set next_attempt_at = now() + interval '1 hour', attempt_count = 3
      where webhook_id = $1 returning id, event_id`,
    [webhook.id],
  );
  const ids = rows.map(({ id }) => id).toSorted();
  return { receiver, webhook, ids, first: ids[0] ?? '', event_id: rows[0]?.event_id ?? '' };
}

/** One that has ended. */
async function ended(as: 'delivered' | 'failed') {
  const { receiver, webhook, first, event_id } = await waiting(1);
  await query(
    `with gone as (delete from delivery_pending where id = $1 returning *)
      insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status, reason, attempt_count, deadline_at)
        select id, organization_id, webhook_id, event_id, event_type, origin, created_at, $2, case when $2 = 'failed' then 'expired' end, 3, now() from gone`,
    [first, as],
  );
  return { receiver, webhook, first, event_id };
}

describe('a retry of a pending delivery', () => {
  test('sends it now under the same id, makes no second one, and is audited', async () => {
    const { receiver, webhook, first } = await waiting(1);
    const before = await rowsOf(webhook.id);
    engine.run();
    expect(await retry(first)).toMatchObject({ id: first, retry: 'due_now', origin: 'event', attempt_count: 3 });
    await engine.ended(webhook.id);
    expect(receiver.requests.map(({ headers }) => headers['x-honeyframe-delivery'])).toEqual([first]);
    const { pending, ended: done, audit } = await rowsOf(webhook.id);
    expect({ pending, done }).toMatchObject({
      pending: [],
      done: [{ id: first, status: 'delivered', attempt_count: 4 }],
    });
    const due = (before.pending[0] as { next_attempt_at: Date }).next_attempt_at.toISOString();
    expect(audit).toMatchObject([{ details: { delivery_id: first, was_due_at: due } }]);
  });

  test('that comes twice, and by two callers at the same time, is done and audited once', async () => {
    const { webhook, first } = await waiting(1);
    const answers = await Promise.all([retry(first), retry(first), retry(first)]);
    answers.push(await retry(first));
    expect(answers.map(({ id }) => id)).toEqual([first, first, first, first]);
    expect(answers.map((one) => one.retry).toSorted()).toEqual([
      'already_due',
      'already_due',
      'already_due',
      'due_now',
    ]);
    expect(await rowsOf(webhook.id)).toMatchObject({ pending: [{ id: first }], ended: [], audit: [{}] });
  });

  test('that is being sent changes nothing, and its result counts', async () => {
    const held: (() => void)[] = [];
    const receiver = await engine.receive((response) => void held.push(() => response.writeHead(500).end()));
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    engine.run();
    await until('it is under way', () => held.length === 1);
    const before = await rowsOf(webhook.id);
    const [id] = before.pending.map((row) => (row as { id: string }).id);
    expect(await retry(id ?? '')).toMatchObject({ id, retry: 'already_due' });
    expect(await rowsOf(webhook.id)).toEqual(before);
    held.shift()?.();
    await until('it failed', async () => (await attemptsOf(engine.platform, webhook.id)).length === 1);
    expect(receiver.requests).toHaveLength(1);
    expect(await retry(id ?? '')).toMatchObject({ id, retry: 'due_now' });
    await until('it is sent again', () => held.length === 1);
    held.shift()?.();
    await until('both are recorded', async () => (await attemptsOf(engine.platform, webhook.id)).length === 2);
    expect((await attemptsOf(engine.platform, webhook.id)).map(({ number }) => number)).toEqual([1, 2]);
    expect(await standing(engine.platform, webhook.id)).toEqual({ pending: 1 });
  });

  test('of a paused webhook sends nothing before the resume, and then at once', async () => {
    const { receiver, webhook, first } = await waiting(1);
    await pauseWebhook(engine.organization.scope(), webhook.id);
    engine.run();
    expect(await retry(first)).toMatchObject({ id: first, retry: 'waits_for_resume', deadline_at: null });
    expect(await rowsOf(webhook.id)).toMatchObject({ pending: [{ id: first }], ended: [], audit: [{}] });
    const other = await waiting(1);
    await retry(other.first);
    await engine.ended(other.webhook.id);
    expect(receiver.requests).toHaveLength(0);
    await resumeWebhook(engine.organization.scope(), webhook.id);
    await engine.ended(webhook.id);
    // The other event, too, is one that the paused webhook takes.
    expect(receiver.requests.map(({ headers }) => headers['x-honeyframe-delivery'])).toContain(first);
    expect(receiver.requests).toHaveLength(2);
  });

  test('of an ordered webhook keeps the order: it waits for the earlier ones', async () => {
    const { receiver, webhook, ids } = await waiting(3, { ordered: true });
    engine.run();
    expect(await retry(ids[1] ?? '')).toMatchObject({ id: ids[1], retry: 'waits_for_earlier' });
    expect(await standing(engine.platform, webhook.id)).toEqual({ pending: 3 });
    expect(await retry(ids[0] ?? '')).toMatchObject({ id: ids[0], retry: 'due_now' });
    await until('two are sent', async () => (await standing(engine.platform, webhook.id)).delivered === 2);
    expect(receiver.requests.map(({ headers }) => headers['x-honeyframe-delivery'])).toEqual(ids.slice(0, 2));
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 2, pending: 1 });
  });

  test('of a disabled webhook is refused and changes no row', async () => {
    const { webhook, first } = await waiting(1);
    await query(`update webhook set status = 'disabled', disabled_reason = 'gone', disabled_at = now() where id = $1`, [
      webhook.id,
    ]);
    const before = await rowsOf(webhook.id);
    await expect(retry(first)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('disabled'),
    });
    expect(await rowsOf(webhook.id)).toEqual(before);
  });

  test('of an erased event is refused and changes no row', async () => {
    const { webhook, first, event_id } = await waiting(1);
    await eraseEventData(engine.organization.scope(), event_id);
    const before = await rowsOf(webhook.id);
    expect(before).toMatchObject({ pending: [], ended: [{ id: first, reason: 'erased' }] });
    await expect(retry(first)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('no longer stored'),
    });
    expect(await rowsOf(webhook.id)).toEqual(before);
  });

  test('of a webhook that only fails is sent as the next probe, and keeps to the rate limit', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { rate_limit: 1 });
    await publishRow(engine.organization, 1);
    const [row] = await query<{ id: string }>(
      `update delivery_pending set next_attempt_at = now() + interval '1 hour' where webhook_id = $1 returning id`,
      [webhook.id],
    );
    await query('update lane set consecutive_failures = 7, failing_since = now() where webhook_id = $1', [webhook.id]);
    engine.run();
    expect(await retry(row?.id ?? '')).toMatchObject({ retry: 'due_now' });
    await engine.ended(webhook.id);
    expect(receiver.requests).toHaveLength(1);
    const lanes = await query('select consecutive_failures from lane where webhook_id = $1', [webhook.id]);
    expect(lanes).toEqual([{ consecutive_failures: 0 }]);
  });
});

describe('a retry of a delivery that has ended', () => {
  test.each(['delivered', 'failed'] as const)('as %s makes a new one of the same event', async (as) => {
    const { receiver, webhook, first, event_id } = await ended(as);
    const before = await rowsOf(webhook.id);
    const made = await retry(first);
    expect(made).toMatchObject({ retry: 'new_delivery', origin: 'manual', event_id, attempt_count: 0 });
    expect(made.id).not.toBe(first);
    const after = await rowsOf(webhook.id);
    expect(after).toMatchObject({
      pending: [{ id: made.id }],
      ended: before.ended,
      audit: [{ details: { delivery_id: first, new_delivery_id: made.id } }],
    });
    engine.run();
    await engine.ended(webhook.id);
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([event_id]);
  });

  test('that comes twice, and by two callers at the same time, makes one, also when that is delivered in between', async () => {
    const { receiver, webhook, first } = await ended('failed');
    const answers = await Promise.all([retry(first), retry(first), retry(first)]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.map((one) => one.retry).toSorted()).toEqual(['already_due', 'already_due', 'new_delivery']);
    engine.run();
    await engine.ended(webhook.id);
    const again = await retry(first);
    expect(again).toMatchObject({ id: answers[0]?.id, retry: 'already_sent', status: 'delivered' });
    expect(receiver.requests).toHaveLength(1);
    expect(await rowsOf(webhook.id)).toMatchObject({ pending: [], ended: [{}, {}], audit: [{}] });
    expect(await retry(again.id)).toMatchObject({ retry: 'new_delivery' });
  });

  test('whose event is pending in another delivery sends that one now', async () => {
    const { webhook, first } = await ended('failed');
    const { id } = await retry(first);
    await query(`update delivery_pending set next_attempt_at = now() + interval '1 hour' where id = $1`, [id]);
    expect(await retry(first)).toMatchObject({ id, retry: 'due_now' });
    expect(await rowsOf(webhook.id)).toMatchObject({
      pending: [{ id }],
      audit: [{}, { details: { delivery_id: first, pending_delivery_id: id } }],
    });
  });
});
