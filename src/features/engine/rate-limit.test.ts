import { describe, expect, onTestFinished, test } from 'vitest';
import { burstOf } from '#core/delivery/rate-bucket.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { createFakeClock } from '#testing/fake-clock.ts';
import type { Answer } from '#testing/receivers.ts';
import { publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

const engine = engineUnderTest();

/** When requests begin, by the clock of this process, from now to the end of the test. */
function watchStarts(): number[] {
  const { outbound } = engine.platform;
  const real = { ...outbound };
  const starts: number[] = [];
  outbound.send = (request) => {
    starts.push(performance.now());
    return real.send(request);
  };
  onTestFinished(() => void Object.assign(outbound, real));
  return starts;
}

const mostInASecond = (starts: readonly number[]): number =>
  Math.max(...starts.map((from) => starts.filter((at) => at >= from && at <= from + 1_000).length));

/** Requests a second, from the first to the last. */
const rateOf = (starts: readonly number[]): number =>
  (starts.length - 1) / (((starts.at(-1) ?? 0) - (starts[0] ?? 0)) / 1_000);

const after =
  (ms: number): Answer =>
  (response) =>
    void setTimeout(() => response.end(), ms);

describe('a rate limit', () => {
  test('of 1 a second, ordered, with a receiver that takes 900 ms, is used and not passed', async () => {
    const receiver = await engine.receive(after(900));
    const webhook = await subscribe(engine.organization, receiver.url, { rate_limit: 1, ordered: true });
    await publishRow(engine.organization, 7);
    const starts = watchStarts();
    // The sweep would wake it, too.
    engine.run({ sweepMs: 60_000 });
    await engine.ended(webhook.id);
    expect(starts).toHaveLength(7);
    expect(mostInASecond(starts)).toBeLessThanOrEqual(Math.floor(1 + burstOf(1)));
    expect(rateOf(starts)).toBeLessThanOrEqual(1.05);
    // Without what accrues while it waits it was 0.52.
    expect(rateOf(starts)).toBeGreaterThan(0.7);
  });

  test('of 10 a second is never passed in any second by more than its burst of one, also after idling', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { rate_limit: 10 });
    const starts = watchStarts();
    engine.run();
    await publishRow(engine.organization, 1);
    await engine.ended(webhook.id);
    // Idle for longer than a lane without work is held, so that its bucket goes through the database.
    await until('the lane is given back', async () => {
      const { rowCount } = await engine.platform.pool.query(
        'select from lane where webhook_id = $1 and lease_token is null and tokens_at is not null',
        [webhook.id],
      );
      return rowCount === 1;
    });
    await publishRow(engine.organization, 40);
    await engine.ended(webhook.id);
    expect(starts).toHaveLength(41);
    expect(mostInASecond(starts)).toBeLessThanOrEqual(11);
    expect(rateOf(starts.slice(1))).toBeLessThanOrEqual(10.5);
  });

  test('of 200 a second is not passed by one second and its burst', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { rate_limit: 200, concurrency: 50 });
    await publishRow(engine.organization, 500);
    const starts = watchStarts();
    engine.run();
    await engine.ended(webhook.id);
    expect(starts).toHaveLength(500);
    expect(mostInASecond(starts)).toBeLessThanOrEqual(Math.floor(200 + burstOf(200)));
  });

  test('holds across workers: the second one goes on with the bucket that the first one has left', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { rate_limit: 5 });
    await publishRow(engine.organization, 20);
    const starts = watchStarts();
    let running = engine.run();
    for (const sent of [4, 8, 12]) {
      await until('some are sent', () => starts.length >= sent);
      const next = engine.run();
      await running.stop();
      engine.forget(running);
      running = next;
    }
    await engine.ended(webhook.id);
    expect(starts).toHaveLength(20);
    expect(mostInASecond(starts)).toBeLessThanOrEqual(6);
    expect(rateOf(starts)).toBeLessThanOrEqual(5.25);
  });

  test.each([
    [
      'a worker that was killed',
      `lease_token = gen_random_uuid(), lease_until = now(), tokens = 1, tokens_at = now() - interval '1 hour'`,
    ],
    ['one that gave its lane back with an empty bucket', 'tokens = 0, tokens_at = now()'],
  ])('begins with an empty bucket after %s', async (_, left) => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { rate_limit: 1 });
    await publishRow(engine.organization, 1);
    const begun = performance.now();
    await engine.platform.pool.query(`update lane set ${left} where webhook_id = $1`, [webhook.id]);
    const starts = watchStarts();
    engine.run();
    await engine.ended(webhook.id);
    expect((starts[0] ?? 0) - begun).toBeGreaterThanOrEqual(1_000);
    expect(receiver.requests).toHaveLength(1);
  });

  test('costs no token for what ends without a request', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { rate_limit: 1 });
    await publishRow(engine.organization, 40);
    const clock = createFakeClock();
    clock.advance(25 * 3_600_000);
    const starts = watchStarts();
    engine.run({ clock });
    await engine.ended(webhook.id);
    expect(await standing(engine.platform, webhook.id)).toEqual({ failed: 40 });
    expect(starts).toEqual([]);
  });
});
