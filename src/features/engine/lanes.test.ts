import { describe, expect, test } from 'vitest';
import { deleteWebhook } from '#features/webhooks/delete-webhook.ts';
import { getWebhook } from '#features/webhooks/get-webhook.ts';
import { pauseWebhook } from '#features/webhooks/pause-webhook.ts';
import { resumeWebhook } from '#features/webhooks/resume-webhook.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { createFakeClock } from '#testing/fake-clock.ts';
import { silence } from '#testing/receiver-answers.ts';
import { type Answer, closedPort, type Receiver } from '#testing/receivers.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { nextBackoffMs } from './probe-backoff.ts';
import { FROM_THE_START, refillLanes } from './refill-lanes.ts';

const engine = engineUnderTest();

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end();

const numbersOf = (receiver: Receiver) => receiver.requests.map(({ body }) => JSON.parse(body).data.n as number);

describe('a lane', () => {
  test('sends nothing more once it is paused, though it was read ahead, and all of it after the resume', async () => {
    const waiting: (() => void)[] = [];
    const receiver = await engine.receive((response) => void waiting.push(() => response.end()));
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 1 });
    await publishRow(engine.organization, 5);
    engine.run();
    await until('one waits', () => waiting.length > 0);
    await pauseWebhook(engine.organization.scope(), webhook.id);
    waiting.shift()?.();
    await until('it is recorded', async () => (await standing(engine.platform, webhook.id)).delivered === 1);
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 1, pending: 4 });
    expect(receiver.requests.length).toBe(1);
    await resumeWebhook(engine.organization.scope(), webhook.id);
    for (let more = 0; more < 4; more += 1) {
      await until('one waits', () => waiting.length > 0);
      waiting.shift()?.();
    }
    await engine.ended(webhook.id);
    expect(receiver.requests.length).toBe(5);
  });

  test('with large events is read in parts, and sends them all', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 3 });
    await publishRow(engine.organization, 12, 1, { text: 'x'.repeat(100_000) });
    const refill = { webhook_id: webhook.id, want: 12, ...FROM_THE_START };
    const part = await refillLanes(engine.platform.pool, null, [refill], []);
    expect(part.map(({ found }) => found)).toEqual([12, 12]);
    engine.run();
    await engine.ended(webhook.id);
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 12 });
    expect(receiver.requests.length).toBe(12);
  });

  test('has at most its concurrency under way', async () => {
    const waiting: (() => void)[] = [];
    const receiver = await engine.receive((response) => void waiting.push(() => response.end()));
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 3 });
    await publishRow(engine.organization, 12);
    engine.run();
    let most = 0;
    for (let done = 0; done < 12; done += 1) {
      await until('one waits', () => waiting.length > 0);
      if (done < 9) await until('three wait', () => waiting.length === 3);
      most = Math.max(most, waiting.length);
      waiting.shift()?.();
    }
    await engine.ended(webhook.id);
    expect(most).toBe(3);
  });

  test('that only failed is probed one at a time, until one succeeds', async () => {
    let healthy = false;
    let underWay = 0;
    let most = 0;
    const receiver = await engine.receive((response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        response.writeHead(healthy ? 200 : 500).end();
      }, 20);
    });
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 10 });
    await engine.platform.database.lane.update({
      where: { webhook_id: webhook.id },
      data: { consecutive_failures: 5 },
    });
    await publishRow(engine.organization, 20);
    engine.run();
    await until('some failed', () => receiver.requests.length >= 5);
    expect(most).toBe(1);
    healthy = true;
    await until('it works again', async () => (await standing(engine.platform, webhook.id)).delivered);
    await until('many at once again', () => most > 1);
    expect((await getWebhook(engine.organization.scope(), webhook.id)).health).toBe('ok');
  });

  test('that goes on failing is probed with a backoff, twice as long after each probe, until one succeeds', async () => {
    const receiver = await engine.receive((response) =>
      response.writeHead(receiver.requests.length > 11 ? 200 : 500).end(),
    );
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 1 });
    await publishRow(engine.organization, 30);
    engine.run();
    await until(
      'the others are sent',
      async () => ((await standing(engine.platform, webhook.id)).delivered ?? 0) >= 19,
    );
    const attempts = (await attemptsOf(engine.platform, webhook.id)).slice(0, 30);
    const starts = attempts.map(({ started_at }) => started_at.getTime()).toSorted((a, b) => a - b);
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    // From an attempt's start to the next one's lies its backoff; clocks and timers differ by a millisecond.
    const backoffs = [0, 0, 0, 0, 10, 20, 40, 80, 160, 200, 200];
    for (const [index, backoff] of backoffs.entries()) expect(pauses[index]).toBeGreaterThanOrEqual(backoff - 2);
    expect([0, 10, 80, 160, 200].map(nextBackoffMs)).toEqual([10, 20, 160, 200, 200]);
  });

  test('without work is given back within seconds', async () => {
    let answer: (() => void) | undefined;
    const receiver = await engine.receive((response) => {
      answer = () => response.end();
    });
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    engine.run();
    const holder = async () =>
      (await engine.platform.database.lane.findUniqueOrThrow({ where: { webhook_id: webhook.id } })).lease_holder;
    await until('one waits', () => answer);
    expect(await holder()).not.toBe(null);
    answer?.();
    await until('it is free', async () => (await holder()) === null);
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 1 });
  });

  test('that is resumed begins without failures, though nobody saw it pause', async () => {
    let most = 0;
    const waiting: (() => void)[] = [];
    const receiver = await engine.receive((response) => {
      most = Math.max(
        most,
        waiting.push(() => response.writeHead(500).end()),
      );
    });
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 3 });
    await engine.platform.database.lane.update({
      where: { webhook_id: webhook.id },
      data: { consecutive_failures: 9 },
    });
    await publishRow(engine.organization, 12);
    engine.run();
    await until('it is probed', () => waiting.length === 1);
    await engine.platform.pool.query(
      'update webhook set resumed_at = now(), updated_at = clock_timestamp() where id = $1',
      [webhook.id],
    );
    engine.platform.live.notify('settings', [webhook.id]);
    await until('three wait', () => waiting.length === 3);
    expect(most).toBe(3);
    for (const end of waiting) end();
  });

  test('that is ordered sends one at a time, and later ones wait for the fate of an earlier one', async () => {
    let failures = 3;
    const receiver = await engine.receive((response, { body }) => {
      const fails = JSON.parse(body).data.n === 2 && failures > 0;
      if (fails) failures -= 1;
      response.writeHead(fails ? 500 : 200).end();
    });
    const webhook = await subscribe(engine.organization, receiver.url, { ordered: true });
    await publishRow(engine.organization, 6);
    const clock = createFakeClock();
    engine.run({ clock });
    await until('it stops at the third', async () => (await attemptsOf(engine.platform, webhook.id)).length === 3);
    for (let failed = 1; failed <= 3; failed += 1) {
      clock.advance(60_000 * failed);
      const tries = 3 + failed;
      await until('it is tried again', async () => (await attemptsOf(engine.platform, webhook.id)).length >= tries);
    }
    await engine.ended(webhook.id);
    expect(numbersOf(receiver)).toEqual([0, 1, 2, 2, 2, 2, 3, 4, 5]);
  });

  test('whose receiver hangs, and one that refuses, cost the others nothing', async () => {
    const hanging = await engine.receive(silence);
    const good = await engine.receive();
    const bad = await subscribe(engine.organization, hanging.url, { concurrency: 100 });
    const refusing = await subscribe(engine.organization, `http://127.0.0.1:${await closedPort()}`, {
      concurrency: 100,
    });
    const fine = await subscribe(engine.organization, good.url);
    await publishRow(engine.organization, 500);
    engine.run();
    await engine.ended(fine.id);
    expect(new Set(numbersOf(good))).toEqual(new Set(Array.from({ length: 500 }, (_, n) => n)));
    expect(await standing(engine.platform, fine.id)).toEqual({ delivered: 500 });
    expect(await standing(engine.platform, bad.id)).toEqual({ pending: 500 });
    expect(await standing(engine.platform, refusing.id)).toEqual({ pending: 500 });
    // What hangs is cut by the end of the receiver.
    await hanging.close();
  });

  test('is left when its webhook is deleted, and what waits is cancelled', async () => {
    const receiver = await engine.receive(status(500));
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 5);
    engine.run();
    await until('it was tried', () => receiver.requests.length >= 5);
    await deleteWebhook(engine.organization.scope(), webhook.id);
    await engine.ended(webhook.id);
    expect(await standing(engine.platform, webhook.id)).toEqual({ cancelled: 5 });
  });
});
