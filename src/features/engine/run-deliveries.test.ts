import { describe, expect, test } from 'vitest';
import { GIVE_UP_AFTER_HOURS } from '#core/delivery/retry-schedule.ts';
import { verifyBodySignature, verifyStandardSignature } from '#core/signing/signature.ts';
import { pauseWebhook } from '#features/webhooks/pause-webhook.ts';
import { rotateSecret } from '#features/webhooks/rotate-secret.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { flood, json } from '#testing/receiver-answers.ts';
import type { Receiver } from '#testing/receivers.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { sweepDeliveries } from './sweep-deliveries.ts';

const DAY_MS = GIVE_UP_AFTER_HOURS * 3_600_000;

const engine = engineUnderTest();

const numbersOf = (receiver: Receiver) => receiver.requests.map(({ body }) => JSON.parse(body).data.n as number);

describe('a delivery', () => {
  test('is the stored event to the letter, signed by both schemes, and is in the log with its attempt', async () => {
    const receiver = await engine.receive(json({ thanks: true }));
    const webhook = await subscribe(engine.organization, `${receiver.url}/hooks?a=1`, {
      headers: { 'X-Team': 'secret-team' },
    });
    const [id] = await publishRow(engine.organization, 1);
    engine.run();
    await engine.ended(webhook.id);
    const [request] = receiver.requests;
    if (!request || !id) throw new Error('Nothing came.');
    const event = await engine.platform.database.event.findUniqueOrThrow({ where: { id } });
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
    const [attempt] = await attemptsOf(engine.platform, webhook.id);
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
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 1 });
  });

  test('that succeeds with more than is read is delivered, and its body stored cut', async () => {
    const receiver = await engine.receive(flood);
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    engine.run();
    await engine.ended(webhook.id);
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 1 });
    const [attempt] = await attemptsOf(engine.platform, webhook.id);
    expect(attempt).toMatchObject({ outcome: 'delivered', status: 200, response_truncated: true });
    expect(attempt?.response_body?.length).toBeLessThanOrEqual(64 * 1024);
  });

  test('goes out at once when it is published while a worker runs', async () => {
    const receiver = await engine.receive();
    engine.run({ sweepMs: 60_000 });
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 25);
    await engine.ended(webhook.id);
    expect(new Set(numbersOf(receiver)).size).toBe(25);
  });
});

describe('two workers', () => {
  test('never deliver the same attempt twice', async () => {
    const receiver = await engine.receive();
    const webhooks = await Promise.all(Array.from({ length: 10 }, () => subscribe(engine.organization, receiver.url)));
    engine.run();
    engine.run();
    for (let from = 0; from < 500; from += 50) await publishRow(engine.organization, 50, from);
    for (const { id } of webhooks) await engine.ended(id);
    const seen = receiver.requests.map(
      ({ headers }) => `${String(headers['x-honeyframe-delivery'])} ${String(headers['x-honeyframe-attempt'])}`,
    );
    expect(seen).toHaveLength(5_000);
    expect(new Set(seen).size).toBe(5_000);
    for (const { id } of webhooks) expect(await standing(engine.platform, id)).toEqual({ delivered: 500 });
  });

  test('the results of one that lost its lane are kept as superseded, and change nothing', async () => {
    let release: (() => void) | undefined;
    const receiver = await engine.receive((response) => {
      if (receiver.requests.length === 1) release = () => response.writeHead(500).end();
      else response.end();
    });
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    // It does not look for lanes by itself, so that the second takes this one.
    const first = engine.run({ sweepMs: 60_000 });
    await until('the first sends', () => release);
    // As if it had been stopped past its lease.
    await engine.platform.pool.query('update lane set lease_until = now() where webhook_id = $1', [webhook.id]);
    engine.run();
    await engine.ended(webhook.id);
    release?.();
    await until(
      'both attempts are in the log',
      async () => (await attemptsOf(engine.platform, webhook.id)).length === 2,
    );
    const attempts = await attemptsOf(engine.platform, webhook.id);
    expect(attempts.map(({ outcome, status }) => ({ outcome, status }))).toEqual([
      { outcome: 'superseded', status: 500 },
      { outcome: 'delivered', status: 200 },
    ]);
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 1 });
    expect(first).toBeDefined();
  });
});

describe('the end of a worker', () => {
  test('waits for what is under way, records it, and gives its lanes back at once', async () => {
    let release: (() => void) | undefined;
    const receiver = await engine.receive((response) => {
      release = () => response.end();
    });
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 1 });
    await publishRow(engine.organization, 3);
    const running = engine.run();
    await until('it sends', () => release);
    const stopped = running.stop();
    engine.forget(running);
    release?.();
    await stopped;
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 1, pending: 2 });
    const lane = await engine.platform.database.lane.findUniqueOrThrow({ where: { webhook_id: webhook.id } });
    expect(lane).toMatchObject({ lease_token: null, lease_until: null });
  });
});

describe('a rotation of the secret', () => {
  test('lets a receiver with the old secret and one with the new both verify', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url);
    engine.run();
    await publishRow(engine.organization, 1);
    await engine.ended(webhook.id);
    const rotated = await rotateSecret(engine.organization.scope(), { id: webhook.id, overlap_hours: 24 });
    await publishRow(engine.organization, 1, 1);
    await engine.ended(webhook.id);
    const [, request] = receiver.requests;
    const signature = String(request?.headers['x-honeyframe-signature']);
    for (const secret of [rotated.secret, webhook.secret])
      expect(verifyBodySignature(secret, signature, request?.body ?? '')).toBe(true);
    expect(signature).toMatch(/^[0-9a-f]{64},[0-9a-f]{64}$/);
  });
});

describe('the sweep', () => {
  test('ends what is past its deadline behind others, and what came in for a webhook that is over', async () => {
    const receiver = await engine.receive();
    const waiting = await subscribe(engine.organization, receiver.url, { event_type: 'dataset.updated' });
    const over = await subscribe(engine.organization, receiver.url, { event_type: 'dataset.updated' });
    const held = await subscribe(engine.organization, receiver.url, { event_type: 'dataset.updated' });
    await publishRow(engine.organization, 3);
    await engine.platform.pool.query(
      `update webhook set status = 'disabled', disabled_reason = 'gone', disabled_at = now() where id = $1`,
      [over.id],
    );
    await pauseWebhook(engine.organization.scope(), held.id);
    const later = new Date(Date.now() + DAY_MS + 60_000).toISOString();
    const { pool } = engine.platform;
    expect(await sweepDeliveries(pool, null)).toEqual([{ webhook_id: over.id, count: 3 }]);
    expect(await sweepDeliveries(pool, later)).toEqual([{ webhook_id: waiting.id, count: 3 }]);
    expect(await standing(engine.platform, waiting.id)).toEqual({ failed: 3 });
    expect(await standing(engine.platform, over.id)).toEqual({ cancelled: 3 });
    expect(await standing(engine.platform, held.id)).toEqual({ pending: 3 });
  });
});
