import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RETRY_SCHEDULE } from '#core/retry-schedule.ts';
import { verifyBodySignature, verifyStandardSignature } from '#core/signature.ts';
import { deleteSubscription } from '#features/subscriptions/delete-subscription.ts';
import { getSubscription } from '#features/subscriptions/list-subscriptions.ts';
import { pauseSubscription, resumeSubscription } from '#features/subscriptions/pause-subscription.ts';
import { rotateSecret } from '#features/subscriptions/rotate-secret.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createFakeClock } from '#testing/fake-clock.ts';
import { flood, json, redirect, silence } from '#testing/receiver-answers.ts';
import { type Answer, closedPort, type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { FROM_THE_START, refillLanes } from './refill-lanes.ts';
import { restAfter } from './rest-lanes.ts';
import { type RunningDeliveries, runDeliveries } from './run-deliveries.ts';
import { sweepDeliveries } from './sweep-deliveries.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = RETRY_SCHEDULE.patienceMs;

let platform: OpenPlatform;
let organization: TestOrganization;
const opened: (RunningDeliveries | Receiver)[] = [];

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await ('stop' in one ? one.stop() : one.close());
  // Each test has the queue for itself.
  await platform.pool.query('delete from delivery_pending');
  await platform.pool.query(
    `update subscription set deleted_at = now(), sealed_secret = null where deleted_at is null`,
  );
});
afterAll(() => platform.close());

function run(options: Parameters<typeof runDeliveries>[1] = {}): RunningDeliveries {
  const running = runDeliveries(platform, { sweepMs: 50, ...options });
  opened.push(running);
  return running;
}

async function receive(answer?: Answer): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  opened.push(receiver);
  return receiver;
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();
const numbersOf = (receiver: Receiver) => receiver.requests.map(({ body }) => JSON.parse(body).data.n as number);
const ended = (id: string) => until('all ended', async () => !('pending' in (await standing(platform, id))));

describe('a delivery', () => {
  test('is the stored event to the letter, signed by both schemes, and is in the log with its attempt', async () => {
    const receiver = await receive(json({ thanks: true }));
    const webhook = await subscribe(organization, `${receiver.url}/hooks?a=1`, {
      headers: { 'X-Team': 'secret-team' },
    });
    const [id] = await publishRow(organization, 1);
    run();
    await ended(webhook.id);
    const [request] = receiver.requests;
    if (!request || !id) throw new Error('Nothing came.');
    const event = await platform.database.event.findUniqueOrThrow({ where: { id } });
    expect(request.body).toBe(event.body);
    expect(request).toMatchObject({ method: 'POST', path: '/hooks?a=1' });
    const { headers } = request;
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Honeyframe-Webhooks\/\d/),
      'x-honeyframe-event': 'dataset.updated',
      'x-honeyframe-attempt': '1',
      'webhook-id': id,
      'x-team': 'secret-team',
    });
    expect(verifyBodySignature(webhook.secret, String(headers['x-honeyframe-signature']), request.body)).toBe(true);
    const timestamp = Number(headers['webhook-timestamp']);
    const message = { id, timestamp, body: request.body };
    expect(verifyStandardSignature(webhook.secret, String(headers['webhook-signature']), message, timestamp)).toBe(
      true,
    );
    const [attempt] = await attemptsOf(platform, webhook.id);
    expect(attempt).toMatchObject({
      number: 1,
      outcome: 'delivered',
      status: 200,
      error_code: null,
      response_body: '{"thanks":true}',
      remote_address: '127.0.0.1',
      delivery_id: headers['x-honeyframe-delivery'],
    });
    const stored = JSON.parse(attempt?.request_headers ?? '');
    expect(stored['X-Team']).toBe('••••••');
    expect(stored['X-Honeyframe-Signature']).toBe(headers['x-honeyframe-signature']);
    expect(await standing(platform, webhook.id)).toEqual({ delivered: 1 });
  });

  test('that succeeds with more than is read is delivered, and its body stored cut', async () => {
    const receiver = await receive(flood);
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 1);
    run();
    await ended(webhook.id);
    expect(await standing(platform, webhook.id)).toEqual({ delivered: 1 });
    const [attempt] = await attemptsOf(platform, webhook.id);
    expect(attempt).toMatchObject({ outcome: 'delivered', status: 200, response_truncated: true });
    expect(attempt?.response_body?.length).toBeLessThanOrEqual(64 * 1024);
  });

  test('goes out at once when it is published while a worker runs', async () => {
    const receiver = await receive();
    run({ sweepMs: 60_000 });
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 25);
    await ended(webhook.id);
    expect(new Set(numbersOf(receiver)).size).toBe(25);
  });
});

describe('the 24 hours, under a clock that is moved', () => {
  /** Moves the clock to when each attempt is due, until the delivery has ended. @returns the attempts. */
  async function liveThrough(webhookId: string, clock: ReturnType<typeof createFakeClock>) {
    const due = async () => {
      const { rows } = await platform.pool.query<{ next_attempt_at: Date; attempt_count: number }>(
        'select next_attempt_at, attempt_count from delivery_pending where subscription_id = $1',
        [webhookId],
      );
      return rows[0];
    };
    for (;;) {
      const next = await due();
      if (!next) return attemptsOf(platform, webhookId);
      clock.advance(Math.max(0, next.next_attempt_at.getTime() - clock.now()));
      await until('the attempt was made', async () => (await due())?.attempt_count !== next.attempt_count);
    }
  }

  test('attempts come 5 s, 15 s, 45 s … 4 h after each other within the jitter, and none after the deadline', async () => {
    const receiver = await receive(status(500));
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 1);
    const clock = createFakeClock();
    const created = clock.now();
    run({ clock });
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
    const [delivery] = await platform.database.delivery.findMany({ where: { subscription_id: webhook.id } });
    expect(delivery).toMatchObject({ status: 'failed', reason: 'expired', attempt_count: attempts.length });
    expect(receiver.requests).toHaveLength(attempts.length);
  });

  test('an event that was never attempted expires visibly', async () => {
    const receiver = await receive();
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 3);
    const clock = createFakeClock();
    clock.advance(DAY_MS + 60_000);
    run({ clock });
    await ended(webhook.id);
    const deliveries = await platform.database.delivery.findMany({ where: { subscription_id: webhook.id } });
    expect(deliveries.map(({ status, reason, attempt_count }) => ({ status, reason, attempt_count }))).toEqual(
      Array.from({ length: 3 }, () => ({ status: 'failed', reason: 'expired', attempt_count: 0 })),
    );
    expect(receiver.requests).toEqual([]);
  });

  test.each([429, 503])('Retry-After is honoured on %d', async (code) => {
    const receiver = await receive(status(code, { 'retry-after': '3600' }));
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 1);
    const clock = createFakeClock();
    run({ clock });
    const first = await until('it was tried', async () => (await attemptsOf(platform, webhook.id))[0]);
    expect(first.next_attempt_at?.getTime()).toBe(clock.now() + HOUR_MS);
  });

  test('a Retry-After past the deadline gives one last attempt at the deadline', async () => {
    const receiver = await receive(status(503, { 'retry-after': '99999999' }));
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 1);
    const clock = createFakeClock();
    run({ clock });
    const attempts = await liveThrough(webhook.id, clock);
    expect(attempts).toHaveLength(2);
    const [delivery] = await platform.database.delivery.findMany({ where: { subscription_id: webhook.id } });
    const last = attempts[1]?.started_at.getTime() ?? 0;
    expect(last).toBeLessThanOrEqual(delivery?.deadline_at.getTime() ?? 0);
    expect(last).toBeGreaterThan((delivery?.deadline_at.getTime() ?? 0) - 2_000);
    expect(delivery).toMatchObject({ status: 'failed', reason: 'expired' });
  });

  test('a redirect is a failure and is never followed', async () => {
    const other = await receive();
    const receiver = await receive(redirect(`${other.url}/elsewhere`));
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 1);
    run({ clock: createFakeClock() });
    await until('it was tried', async () => (await attemptsOf(platform, webhook.id)).length === 1);
    expect(other.requests).toEqual([]);
    expect(await attemptsOf(platform, webhook.id)).toMatchObject([
      { outcome: 'retry', error_code: 'http_error', error_message: expect.stringContaining('a redirect') },
    ]);
  });

  test('410 disables the subscription, cancels what waits, and tells', async () => {
    const receiver = await receive(status(410));
    const listener = await receive();
    const webhook = await subscribe(organization, receiver.url, { concurrency: 1 });
    const told = await subscribe(organization, listener.url, { event_type: 'webhook.disabled' });
    await publishRow(organization, 5);
    run();
    await ended(webhook.id);
    await ended(told.id);
    expect(await getSubscription(organization.scope(), webhook.id)).toMatchObject({
      status: 'disabled',
      disabled_reason: 'gone',
    });
    const { failed = 0, cancelled = 0 } = await standing(platform, webhook.id);
    expect(failed + cancelled).toBe(5);
    expect(failed).toBeGreaterThanOrEqual(1);
    expect(cancelled).toBeGreaterThanOrEqual(1);
    await until('the other heard', () => listener.requests.length === 1);
    expect(JSON.parse(listener.requests[0]?.body ?? '')).toMatchObject({
      type: 'webhook.disabled',
      data: { webhook_id: webhook.id, reason: 'gone' },
    });
    const audited = { action: 'webhook.disabled', target_id: webhook.id };
    expect(await platform.database.auditLog.count({ where: audited })).toBe(1);
  });

  test('nothing but failures for 24 hours and ten attempts disable it, and not sooner', async () => {
    const receiver = await receive(status(500));
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 1);
    const clock = createFakeClock();
    run({ clock });
    await until('it was tried', async () => (await attemptsOf(platform, webhook.id)).length === 1);
    await platform.pool.query('update lane set consecutive_failures = 20 where subscription_id = $1', [webhook.id]);
    clock.advance(DAY_MS - HOUR_MS);
    await until('it was tried again', async () => (await attemptsOf(platform, webhook.id)).length === 2);
    expect(await getSubscription(organization.scope(), webhook.id)).toMatchObject({
      status: 'active',
      health: 'failing',
    });
    // Else it would pass its own deadline first.
    await platform.pool.query(`update delivery_pending set created_at = now() + interval '1 day'`);
    clock.advance(2 * HOUR_MS);
    await platform.pool.query('update delivery_pending set next_attempt_at = now()');
    await until(
      'it is disabled',
      async () => (await getSubscription(organization.scope(), webhook.id)).status === 'disabled',
    );
    expect((await getSubscription(organization.scope(), webhook.id)).disabled_reason).toBe('failing');
  });

  test('what a pause held has 24 hours from the resume on', async () => {
    const receiver = await receive();
    const webhook = await subscribe(organization, receiver.url);
    await pauseSubscription(organization.scope(), webhook.id);
    await publishRow(organization, 2);
    await platform.pool.query(`update delivery_pending set created_at = now() - interval '3 days'`);
    const running = run();
    await publishRow(organization, 1, 2);
    await running.stop();
    opened.splice(opened.indexOf(running), 1);
    expect(await standing(platform, webhook.id)).toEqual({ pending: 3 });
    expect(receiver.requests).toEqual([]);
    run();
    await resumeSubscription(organization.scope(), webhook.id);
    await ended(webhook.id);
    expect(await standing(platform, webhook.id)).toEqual({ delivered: 3 });
  });
});

describe('a lane', () => {
  test('sends nothing more once it is paused, though it was read ahead, and all of it after the resume', async () => {
    const waiting: (() => void)[] = [];
    const receiver = await receive((response) => void waiting.push(() => response.end()));
    const webhook = await subscribe(organization, receiver.url, { concurrency: 1 });
    await publishRow(organization, 5);
    run();
    await until('one waits', () => waiting.length > 0);
    await pauseSubscription(organization.scope(), webhook.id);
    waiting.shift()?.();
    await until('it is recorded', async () => (await standing(platform, webhook.id)).delivered === 1);
    expect(await standing(platform, webhook.id)).toEqual({ delivered: 1, pending: 4 });
    expect(receiver.requests.length).toBe(1);
    await resumeSubscription(organization.scope(), webhook.id);
    for (let more = 0; more < 4; more += 1) {
      await until('one waits', () => waiting.length > 0);
      waiting.shift()?.();
    }
    await ended(webhook.id);
    expect(receiver.requests.length).toBe(5);
  });

  test('with large events is read in parts, and sends them all', async () => {
    const receiver = await receive();
    const webhook = await subscribe(organization, receiver.url, { concurrency: 3 });
    await publishRow(organization, 12, 1, { text: 'x'.repeat(100_000) });
    const refill = { subscription_id: webhook.id, want: 12, ...FROM_THE_START };
    const part = await refillLanes(platform.pool, null, [refill], []);
    expect(part.map(({ found }) => found)).toEqual([12, 12]);
    run();
    await ended(webhook.id);
    expect(await standing(platform, webhook.id)).toEqual({ delivered: 12 });
    expect(receiver.requests.length).toBe(12);
  });

  test('has at most its concurrency under way', async () => {
    const waiting: (() => void)[] = [];
    const receiver = await receive((response) => void waiting.push(() => response.end()));
    const webhook = await subscribe(organization, receiver.url, { concurrency: 3 });
    await publishRow(organization, 12);
    run();
    let most = 0;
    for (let done = 0; done < 12; done += 1) {
      await until('one waits', () => waiting.length > 0);
      if (done < 9) await until('three wait', () => waiting.length === 3);
      most = Math.max(most, waiting.length);
      waiting.shift()?.();
    }
    await ended(webhook.id);
    expect(most).toBe(3);
  });

  test('that only failed is probed one at a time, until one succeeds', async () => {
    let healthy = false;
    let underWay = 0;
    let most = 0;
    const receiver = await receive((response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        response.writeHead(healthy ? 200 : 500).end();
      }, 20);
    });
    const webhook = await subscribe(organization, receiver.url, { concurrency: 10 });
    await platform.database.lane.update({ where: { subscription_id: webhook.id }, data: { consecutive_failures: 5 } });
    await publishRow(organization, 20);
    run();
    await until('some failed', () => receiver.requests.length >= 5);
    expect(most).toBe(1);
    healthy = true;
    await until('it works again', async () => (await standing(platform, webhook.id)).delivered);
    await until('many at once again', () => most > 1);
    expect((await getSubscription(organization.scope(), webhook.id)).health).toBe('ok');
  });

  test('that goes on failing rests between probes, twice as long after each, until one succeeds', async () => {
    const receiver = await receive((response) => response.writeHead(receiver.requests.length > 11 ? 200 : 500).end());
    const webhook = await subscribe(organization, receiver.url, { concurrency: 1 });
    await publishRow(organization, 30);
    run();
    await until('the others are sent', async () => ((await standing(platform, webhook.id)).delivered ?? 0) >= 19);
    const attempts = (await attemptsOf(platform, webhook.id)).slice(0, 30);
    const starts = attempts.map(({ started_at }) => started_at.getTime()).toSorted((a, b) => a - b);
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    // From an attempt's start to the next one's lies its rest; clocks and timers differ by a millisecond.
    const rests = [0, 0, 0, 0, 10, 20, 40, 80, 160, 200, 200];
    for (const [index, rest] of rests.entries()) expect(pauses[index]).toBeGreaterThanOrEqual(rest - 2);
    expect([0, 10, 80, 160, 200].map(restAfter)).toEqual([10, 20, 160, 200, 200]);
  });

  test('without work is given back within seconds', async () => {
    let answer: (() => void) | undefined;
    const receiver = await receive((response) => {
      answer = () => response.end();
    });
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 1);
    run();
    const holder = async () =>
      (await platform.database.lane.findUniqueOrThrow({ where: { subscription_id: webhook.id } })).lease_holder;
    await until('one waits', () => answer);
    expect(await holder()).not.toBe(null);
    answer?.();
    await until('it is free', async () => (await holder()) === null);
    expect(await standing(platform, webhook.id)).toEqual({ delivered: 1 });
  });

  test('that is resumed begins without failures, though nobody saw it pause', async () => {
    let most = 0;
    const waiting: (() => void)[] = [];
    const receiver = await receive((response) => {
      most = Math.max(
        most,
        waiting.push(() => response.writeHead(500).end()),
      );
    });
    const webhook = await subscribe(organization, receiver.url, { concurrency: 3 });
    await platform.database.lane.update({ where: { subscription_id: webhook.id }, data: { consecutive_failures: 9 } });
    await publishRow(organization, 12);
    run();
    await until('it is probed', () => waiting.length === 1);
    await platform.pool.query(
      'update subscription set resumed_at = now(), updated_at = clock_timestamp() where id = $1',
      [webhook.id],
    );
    platform.live.tell('settings', [webhook.id]);
    await until('three wait', () => waiting.length === 3);
    expect(most).toBe(3);
    for (const end of waiting) end();
  });

  test('keeps to its rate limit', async () => {
    const receiver = await receive();
    const webhook = await subscribe(organization, receiver.url, { rate_limit: 20 });
    await publishRow(organization, 50);
    const begun = performance.now();
    run();
    await ended(webhook.id);
    // A second's worth at once, and then twenty a second: the bucket cannot give more.
    expect(performance.now() - begun).toBeGreaterThan(1_000);
    expect(receiver.requests).toHaveLength(50);
  });

  test('that is ordered sends one at a time, and later ones wait for the fate of an earlier one', async () => {
    let failures = 3;
    const receiver = await receive((response, { body }) => {
      const fails = JSON.parse(body).data.n === 2 && failures > 0;
      if (fails) failures -= 1;
      response.writeHead(fails ? 500 : 200).end();
    });
    const webhook = await subscribe(organization, receiver.url, { ordered: true });
    await publishRow(organization, 6);
    const clock = createFakeClock();
    run({ clock });
    await until('it stops at the third', async () => (await attemptsOf(platform, webhook.id)).length === 3);
    for (let failed = 1; failed <= 3; failed += 1) {
      clock.advance(60_000 * failed);
      const tries = 3 + failed;
      await until('it is tried again', async () => (await attemptsOf(platform, webhook.id)).length >= tries);
    }
    await ended(webhook.id);
    expect(numbersOf(receiver)).toEqual([0, 1, 2, 2, 2, 2, 3, 4, 5]);
  });

  test('whose receiver hangs, and one that refuses, cost the others nothing', async () => {
    const hanging = await receive(silence);
    const good = await receive();
    const bad = await subscribe(organization, hanging.url, { concurrency: 100 });
    const refusing = await subscribe(organization, `http://127.0.0.1:${await closedPort()}`, { concurrency: 100 });
    const fine = await subscribe(organization, good.url);
    await publishRow(organization, 500);
    run();
    await ended(fine.id);
    expect(new Set(numbersOf(good))).toEqual(new Set(Array.from({ length: 500 }, (_, n) => n)));
    expect(await standing(platform, fine.id)).toEqual({ delivered: 500 });
    expect(await standing(platform, bad.id)).toEqual({ pending: 500 });
    expect(await standing(platform, refusing.id)).toEqual({ pending: 500 });
    // What hangs is cut by the end of the receiver.
    await hanging.close();
  });

  test('is left when its subscription is deleted, and what waits is cancelled', async () => {
    const receiver = await receive(status(500));
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 5);
    run();
    await until('it was tried', () => receiver.requests.length >= 5);
    await deleteSubscription(organization.scope(), webhook.id);
    await ended(webhook.id);
    expect(await standing(platform, webhook.id)).toEqual({ cancelled: 5 });
  });
});

describe('two workers', () => {
  test('never deliver the same attempt twice', async () => {
    const receiver = await receive();
    const webhooks = await Promise.all(Array.from({ length: 10 }, () => subscribe(organization, receiver.url)));
    run();
    run();
    for (let from = 0; from < 500; from += 50) await publishRow(organization, 50, from);
    for (const { id } of webhooks) await ended(id);
    const seen = receiver.requests.map(
      ({ headers }) => `${String(headers['x-honeyframe-delivery'])} ${String(headers['x-honeyframe-attempt'])}`,
    );
    expect(seen).toHaveLength(5_000);
    expect(new Set(seen).size).toBe(5_000);
    for (const { id } of webhooks) expect(await standing(platform, id)).toEqual({ delivered: 500 });
  });

  test('the results of one that lost its lane are kept as superseded, and change nothing', async () => {
    let release: (() => void) | undefined;
    const receiver = await receive((response) => {
      if (receiver.requests.length === 1) release = () => response.writeHead(500).end();
      else response.end();
    });
    const webhook = await subscribe(organization, receiver.url);
    await publishRow(organization, 1);
    const first = run();
    await until('the first sends', () => release);
    // As if it had been stopped past its lease.
    await platform.pool.query('update lane set lease_until = now() where subscription_id = $1', [webhook.id]);
    run();
    await ended(webhook.id);
    release?.();
    await until('both attempts are in the log', async () => (await attemptsOf(platform, webhook.id)).length === 2);
    const attempts = await attemptsOf(platform, webhook.id);
    expect(attempts.map(({ outcome, status }) => ({ outcome, status }))).toEqual([
      { outcome: 'delivered', status: 200 },
      { outcome: 'superseded', status: 500 },
    ]);
    expect(await standing(platform, webhook.id)).toEqual({ delivered: 1 });
    expect(first).toBeDefined();
  });
});

describe('the end of a worker', () => {
  test('waits for what is under way, records it, and gives its lanes back at once', async () => {
    let release: (() => void) | undefined;
    const receiver = await receive((response) => {
      release = () => response.end();
    });
    const webhook = await subscribe(organization, receiver.url, { concurrency: 1 });
    await publishRow(organization, 3);
    const running = run();
    await until('it sends', () => release);
    const stopped = running.stop();
    opened.splice(opened.indexOf(running), 1);
    release?.();
    await stopped;
    expect(await standing(platform, webhook.id)).toEqual({ delivered: 1, pending: 2 });
    const lane = await platform.database.lane.findUniqueOrThrow({ where: { subscription_id: webhook.id } });
    expect(lane).toMatchObject({ lease_token: null, lease_until: null });
  });
});

describe('a rotation of the secret', () => {
  test('lets a receiver with the old secret and one with the new both verify', async () => {
    const receiver = await receive();
    const webhook = await subscribe(organization, receiver.url);
    run();
    await publishRow(organization, 1);
    await ended(webhook.id);
    const rotated = await rotateSecret(organization.scope(), { id: webhook.id, overlap_hours: 24 });
    await publishRow(organization, 1, 1);
    await ended(webhook.id);
    const [, request] = receiver.requests;
    const signature = String(request?.headers['x-honeyframe-signature']);
    for (const secret of [rotated.secret, webhook.secret])
      expect(verifyBodySignature(secret, signature, request?.body ?? '')).toBe(true);
    expect(signature).toMatch(/^[0-9a-f]{64},[0-9a-f]{64}$/);
  });
});

describe('the sweep', () => {
  test('ends what is past its deadline behind others, and what came in for a webhook that is over', async () => {
    const receiver = await receive();
    const waiting = await subscribe(organization, receiver.url, { event_type: 'dataset.updated' });
    const over = await subscribe(organization, receiver.url, { event_type: 'dataset.updated' });
    const held = await subscribe(organization, receiver.url, { event_type: 'dataset.updated' });
    await publishRow(organization, 3);
    await platform.pool.query(
      `update subscription set status = 'disabled', disabled_reason = 'gone', disabled_at = now() where id = $1`,
      [over.id],
    );
    await pauseSubscription(organization.scope(), held.id);
    const later = new Date(Date.now() + DAY_MS + 60_000).toISOString();
    expect(new Set(await sweepDeliveries(platform.pool, null))).toEqual(new Set([over.id]));
    expect(new Set(await sweepDeliveries(platform.pool, later))).toEqual(new Set([waiting.id]));
    expect(await standing(platform, waiting.id)).toEqual({ failed: 3 });
    expect(await standing(platform, over.id)).toEqual({ cancelled: 3 });
    expect(await standing(platform, held.id)).toEqual({ pending: 3 });
  });
});
