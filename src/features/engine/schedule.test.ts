import { describe, expect, test } from 'vitest';
import { GIVE_UP_AFTER_HOURS } from '#core/delivery/retry-schedule.ts';
import { getWebhook } from '#features/webhooks/get-webhook.ts';
import { pauseWebhook } from '#features/webhooks/pause-webhook.ts';
import { resumeWebhook } from '#features/webhooks/resume-webhook.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { createFakeClock } from '#testing/fake-clock.ts';
import { redirect } from '#testing/receiver-answers.ts';
import type { Answer } from '#testing/receivers.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = GIVE_UP_AFTER_HOURS * 3_600_000;

const engine = engineUnderTest();

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();

describe('the 24 hours, under a clock that is moved', () => {
  /** Moves the clock to when each attempt is due, until the delivery has ended. @returns the attempts. */
  async function liveThrough(webhookId: string, clock: ReturnType<typeof createFakeClock>) {
    const due = async () => {
      const { rows } = await engine.platform.pool.query<{ next_attempt_at: Date; attempt_count: number }>(
        'select next_attempt_at, attempt_count from delivery_pending where webhook_id = $1',
        [webhookId],
      );
      return rows[0];
    };
    for (;;) {
      const next = await due();
      if (!next) return attemptsOf(engine.platform, webhookId);
      clock.advance(Math.max(0, next.next_attempt_at.getTime() - clock.now()));
      await until('the attempt was made', async () => (await due())?.attempt_count !== next.attempt_count);
    }
  }

  test('attempts come 5 s, 15 s, 45 s … 4 h after each other within the jitter, and none after the deadline', async () => {
    const receiver = await engine.receive(status(500));
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    const clock = createFakeClock();
    const created = clock.now();
    engine.run({ clock });
    // It would be disabled at its end: that is another story.
    const attempts = await liveThrough(webhook.id, clock);
    expect(attempts.length).toBeGreaterThanOrEqual(12);
    for (const [index, { started_at, number }] of attempts.entries()) {
      expect(number).toBe(index + 1);
      expect(started_at.getTime()).toBeLessThanOrEqual(created + DAY_MS);
      const before = attempts[index - 1];
      if (!before) continue;
      const full = Math.min(5_000 * 3 ** (index - 1), 4 * HOUR_MS);
      const waited = started_at.getTime() - before.started_at.getTime();
      expect(waited).toBeGreaterThanOrEqual(full / 2 - 1);
      expect(waited).toBeLessThanOrEqual(full + 1_000);
    }
    const [delivery] = await engine.platform.database.delivery.findMany({ where: { webhook_id: webhook.id } });
    expect(delivery).toMatchObject({ status: 'failed', reason: 'expired', attempt_count: attempts.length });
    expect(receiver.requests).toHaveLength(attempts.length);
  });

  test('an event that was never attempted expires visibly', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 3);
    const clock = createFakeClock();
    clock.advance(DAY_MS + 60_000);
    engine.run({ clock });
    await engine.ended(webhook.id);
    const deliveries = await engine.platform.database.delivery.findMany({ where: { webhook_id: webhook.id } });
    expect(deliveries.map(({ status, reason, attempt_count }) => ({ status, reason, attempt_count }))).toEqual(
      Array.from({ length: 3 }, () => ({ status: 'failed', reason: 'expired', attempt_count: 0 })),
    );
    expect(receiver.requests).toEqual([]);
  });

  test.each([429, 503])('Retry-After is honoured on %d', async (code) => {
    const receiver = await engine.receive(status(code, { 'retry-after': '3600' }));
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    const clock = createFakeClock();
    engine.run({ clock });
    const first = await until('it was tried', async () => (await attemptsOf(engine.platform, webhook.id))[0]);
    expect(first.next_attempt_at?.getTime()).toBe(clock.now() + HOUR_MS);
  });

  test('a Retry-After past the deadline gives one last attempt at the deadline', async () => {
    const receiver = await engine.receive(status(503, { 'retry-after': '99999999' }));
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    const clock = createFakeClock();
    engine.run({ clock });
    const attempts = await liveThrough(webhook.id, clock);
    expect(attempts).toHaveLength(2);
    const [delivery] = await engine.platform.database.delivery.findMany({ where: { webhook_id: webhook.id } });
    const last = attempts[1]?.started_at.getTime() ?? 0;
    expect(last).toBeLessThanOrEqual(delivery?.deadline_at.getTime() ?? 0);
    expect(last).toBeGreaterThan((delivery?.deadline_at.getTime() ?? 0) - 2_000);
    expect(delivery).toMatchObject({ status: 'failed', reason: 'expired' });
  });

  test('a redirect is a failure and is never followed', async () => {
    const other = await engine.receive();
    const receiver = await engine.receive(redirect(`${other.url}/elsewhere`));
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    engine.run({ clock: createFakeClock() });
    await until('it was tried', async () => (await attemptsOf(engine.platform, webhook.id)).length === 1);
    expect(other.requests).toEqual([]);
    expect(await attemptsOf(engine.platform, webhook.id)).toMatchObject([
      { outcome: 'retry', error_code: 'http_error', error_message: expect.stringContaining('a redirect') },
    ]);
  });

  test('410 disables the webhook, cancels what waits, and publishes an event', async () => {
    const receiver = await engine.receive(status(410));
    const listener = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 1 });
    const notified = await subscribe(engine.organization, listener.url, { event_type: 'webhook.disabled' });
    await publishRow(engine.organization, 5);
    engine.run();
    await engine.ended(webhook.id);
    await engine.ended(notified.id);
    expect(await getWebhook(engine.organization.scope(), webhook.id)).toMatchObject({
      status: 'disabled',
      disabled_reason: 'gone',
    });
    const { failed = 0, cancelled = 0 } = await standing(engine.platform, webhook.id);
    expect(failed + cancelled).toBe(5);
    expect(failed).toBeGreaterThanOrEqual(1);
    expect(cancelled).toBeGreaterThanOrEqual(1);
    await until('the other heard', () => listener.requests.length === 1);
    expect(JSON.parse(listener.requests[0]?.body ?? '')).toMatchObject({
      type: 'webhook.disabled',
      data: { webhook_id: webhook.id, reason: 'gone' },
    });
    const audited = { action: 'webhook.disabled', target_id: webhook.id };
    expect(await engine.platform.database.auditLog.count({ where: audited })).toBe(1);
  });

  test('nothing but failures for 24 hours and ten attempts disable it, and not sooner', async () => {
    const receiver = await engine.receive(status(500));
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    const clock = createFakeClock();
    engine.run({ clock });
    await until('it was tried', async () => (await attemptsOf(engine.platform, webhook.id)).length === 1);
    await engine.platform.pool.query('update lane set consecutive_failures = 20 where webhook_id = $1', [webhook.id]);
    clock.advance(DAY_MS - HOUR_MS);
    await until('it was tried again', async () => (await attemptsOf(engine.platform, webhook.id)).length === 2);
    expect(await getWebhook(engine.organization.scope(), webhook.id)).toMatchObject({
      status: 'active',
      health: 'failing',
    });
    // Else it would pass its own deadline first.
    await engine.platform.pool.query(`update delivery_pending set created_at = now() + interval '1 day'`);
    clock.advance(2 * HOUR_MS);
    await engine.platform.pool.query('update delivery_pending set next_attempt_at = now()');
    await until(
      'it is disabled',
      async () => (await getWebhook(engine.organization.scope(), webhook.id)).status === 'disabled',
    );
    expect((await getWebhook(engine.organization.scope(), webhook.id)).disabled_reason).toBe('failing');
  });

  test('what a pause held has 24 hours from the resume on', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url);
    await pauseWebhook(engine.organization.scope(), webhook.id);
    await publishRow(engine.organization, 2);
    await engine.platform.pool.query(`update delivery_pending set created_at = now() - interval '3 days'`);
    const running = engine.run();
    await publishRow(engine.organization, 1, 2);
    await running.stop();
    engine.forget(running);
    expect(await standing(engine.platform, webhook.id)).toEqual({ pending: 3 });
    expect(receiver.requests).toEqual([]);
    engine.run();
    await resumeWebhook(engine.organization.scope(), webhook.id);
    await engine.ended(webhook.id);
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 3 });
  });
});
