import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { binaryArray } from '#platform/postgres/array-parameter.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { ensurePartitions } from './partitions.ts';
import {
  findRecorded,
  type RecordedLane,
  type Result,
  type Runner,
  recordResults,
  runnerOn,
} from './record-results.ts';
import type { AttemptRecord } from './send-attempt.ts';
import { countSetAside, setAsideResult } from './set-aside.ts';
import { createResultTaking } from './take-results.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const answered: AttemptRecord = {
  started_at: new Date().toISOString(),
  queue_ms: 1,
  dns_ms: 1,
  connect_ms: 1,
  tls_ms: null,
  first_byte_ms: 1,
  total_ms: 4,
  remote_address: '127.0.0.1',
  request_headers: '{}',
  status: 200,
  response_headers: '[]',
  response_body: 'thanks',
  response_encoding: null,
  response_bytes: 6,
  response_truncated: false,
  error_code: null,
  error_message: null,
};

/** A webhook whose lane is held, with deliveries and what came of them: all delivered. */
async function holdLane(count: number) {
  const webhook = await subscribe(organization, 'http://127.0.0.1:4/', { event_type: 'dataset.updated' });
  await publishRow(organization, count);
  const token = randomUUID();
  await platform.pool.query(
    `update lane set lease_token = $2, lease_until = now() + interval '1 hour' where webhook_id = $1`,
    [webhook.id, token],
  );
  const pending = await platform.database.deliveryPending.findMany({
    where: { webhook_id: webhook.id },
    orderBy: { id: 'asc' },
  });
  const results = await Promise.all(
    pending.map(async ({ id, event_id }): Promise<Result> => {
      const { rows } = await platform.pool.query('select uuidv7()::text as id');
      return {
        delivery_id: id,
        webhook_id: webhook.id,
        lease_token: token,
        event_id,
        attempt_id: z.object({ id: z.string() }).parse(rows[0]).id,
        target_url: webhook.target_url,
        is_ours: false,
        number: 1,
        outcome: 'delivered',
        reason: null,
        next_attempt_at: null,
        attempt: answered,
      };
    }),
  );
  return { webhook, results };
}

/** As the engine takes results, with what is to be lost or broken on the way. */
function openTaking(
  record = (results: readonly Result[]) => recordResults(runnerOn(platform.pool), null, results, 'a test'),
) {
  const recorded: string[] = [];
  const lanes: RecordedLane[] = [];
  const refused: { id: string; cause: unknown }[] = [];
  const errors: unknown[] = [];
  const taking = createResultTaking({
    record,
    findRecorded: (results) => findRecorded(platform.pool, results),
    makePartitions: () => ensurePartitions(platform),
    setAside: (result) => setAsideResult(platform.pool, result),
    onRecorded: (results, from) => {
      recorded.push(...results.map(({ delivery_id }) => delivery_id));
      lanes.push(...from);
    },
    onRefused: ({ delivery_id, webhook_id }, cause) => {
      refused.push({ id: delivery_id, cause });
      void countSetAside(platform.pool, webhook_id);
    },
    onError: (error) => {
      errors.push(error);
      taking.wake();
    },
  });
  return { taking, recorded, lanes, refused, errors };
}

const laneOf = (webhook_id: string) => platform.database.lane.findUniqueOrThrow({ where: { webhook_id } });

const retry = (result: Result): Result => ({
  ...result,
  outcome: 'retry',
  next_attempt_at: new Date(Date.now() + 5_000).toISOString(),
  attempt: { ...answered, status: 500, error_code: 'http_error' },
});

/** Values that a column of `attempt` does not take, each as a fault somewhere could make it. */
const EXTREMES: [column: string, attempt: object][] = [
  ['queue_ms', { queue_ms: 2 ** 31 }],
  ['queue_ms, not a number', { queue_ms: Number.NaN }],
  ['dns_ms', { dns_ms: Number.POSITIVE_INFINITY }],
  ['connect_ms', { connect_ms: 1e300 }],
  ['tls_ms', { tls_ms: -(2 ** 40) }],
  ['first_byte_ms', { first_byte_ms: 0.5e20 }],
  ['total_ms', { total_ms: 2 ** 53 }],
  ['status', { status: 2 ** 33 }],
  ['started_at', { started_at: '+275760-09-13T00:00:00.000Z' }],
  ['started_at, no time', { started_at: 'Invalid Date' }],
  ['remote_address', { remote_address: '\u0000' }],
  ['request_headers', { request_headers: '{"X":' }],
  ['response_headers', { response_headers: '[[' }],
  ['response_body', { response_body: 'a\u0000b' }],
  ['response_body, half a character', { response_body: '\ud800' }],
  ['error_code', { error_code: '\u0000' }],
  ['error_message', { error_message: 'a\u0000b' }],
];

describe('a result that PostgreSQL refuses', () => {
  test.each(EXTREMES)(
    'for its %s stops only itself: those beside it are recorded, and it is without its details',
    async (_column, extreme) => {
      const { webhook, results } = await holdLane(5);
      const [bad] = results.splice(2, 1);
      if (!bad) throw new Error('There is none.');
      const poisoned = { ...bad, attempt: { ...answered, ...extreme } } as Result;
      const { taking, recorded, refused } = openTaking();
      await taking.take([...results.slice(0, 2), poisoned, ...results.slice(2)]);
      expect(new Set(recorded)).toEqual(new Set([...results, bad].map(({ delivery_id }) => delivery_id)));
      expect(refused.map(({ id }) => id)).toEqual([bad.delivery_id]);
      expect(await standing(platform, webhook.id)).toEqual({ delivered: 5 });
      const attempts = await attemptsOf(platform, webhook.id);
      expect(attempts.filter(({ response_body }) => response_body === 'thanks')).toHaveLength(4);
      const [one] = attempts.filter(({ delivery_id }) => delivery_id === bad.delivery_id);
      expect(one).toMatchObject({ outcome: 'delivered', error_code: 'not_stored', status: null });
      expect(one?.error_message).toMatch(/refused to store this attempt \(\d{2}\w{3}\)/);
      await until('it is counted', async () => (await laneOf(webhook.id)).set_aside === 1);
    },
  );

  test.each([
    ['its number', { number: 2 ** 31 }],
    ['its next time', { next_attempt_at: '+275760-09-13T00:00:00.000Z' }],
    ['its reason', { outcome: 'failed', reason: 'a\u0000b' }],
  ])('for %s is set aside at the worst, and those beside it are recorded', async (_what, extreme) => {
    const { webhook, results } = await holdLane(3);
    const poisoned = results.map((one, index) => (index === 1 ? ({ ...retry(one), ...extreme } as Result) : one));
    const { taking, recorded, refused } = openTaking();
    await taking.take(poisoned);
    expect(recorded).toHaveLength(3);
    expect(refused).toHaveLength(1);
    const { delivered, ...other } = await standing(platform, webhook.id);
    expect(delivered).toBe(2);
    expect(Object.values(other)).toEqual([1]);
  });

  test('whatever is left of it ends its delivery as failed, unrecorded', async () => {
    const { webhook, results } = await holdLane(2);
    await platform.pool.query(`alter table attempt add constraint no_such_number check (number <> 77)`);
    await platform.pool.query('update delivery_pending set attempt_count = 76 where id = $1', [
      results[0]?.delivery_id,
    ]);
    const { taking, refused } = openTaking();
    await taking.take(results.map((one, index) => (index === 0 ? { ...retry(one), number: 77 } : one)));
    await platform.pool.query('alter table attempt drop constraint no_such_number');
    expect(refused).toHaveLength(1);
    expect(await standing(platform, webhook.id)).toEqual({ delivered: 1, failed: 1 });
    const [failed] = await platform.database.delivery.findMany({
      where: { webhook_id: webhook.id, status: 'failed' },
    });
    expect(failed).toMatchObject({ id: results[0]?.delivery_id, reason: 'unrecorded' });
  });
});

test('a day without a partition is made, and nothing is refused', async () => {
  const { webhook, results } = await holdLane(2);
  const { rows } = await platform.pool.query(`select to_char(now() at time zone 'UTC', 'YYYYMMDD') as day`);
  const { day } = z.object({ day: z.string() }).parse(rows[0]);
  await platform.pool.query(`drop table "partition"."attempt_${day}"`);
  const { taking, refused, errors } = openTaking();
  await taking.take(results);
  expect({ refused, errors }).toEqual({ refused: [], errors: [] });
  expect(await standing(platform, webhook.id)).toEqual({ delivered: 2 });
  expect(await attemptsOf(platform, webhook.id)).toHaveLength(2);
});

describe('an answer that is lost after the commit', () => {
  test('is looked for: failures count once, and each attempt is stored once', async () => {
    const { webhook, results } = await holdLane(4);
    let isLost = false;
    const { taking, recorded, errors } = openTaking(async (some) => {
      const lanes = await recordResults(runnerOn(platform.pool), null, some, 'a test');
      if (isLost) return lanes;
      isLost = true;
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    });
    await taking.take(results.map(retry));
    expect(errors).toHaveLength(1);
    expect(recorded).toHaveLength(4);
    expect(await laneOf(webhook.id)).toMatchObject({ consecutive_failures: 4 });
    expect(await attemptsOf(platform, webhook.id)).toHaveLength(4);
    expect(
      (await platform.database.deliveryPending.findMany({ where: { webhook_id: webhook.id } })).map(
        (one) => one.attempt_count,
      ),
    ).toEqual([1, 1, 1, 1]);
  });

  test('while the statement goes on in PostgreSQL counts once too: the second is refused by the ids', async () => {
    const { webhook, results } = await holdLane(2);
    const first = await platform.pool.connect();
    await first.query('begin');
    const onFirst: Runner = {
      run: async ({ text, row }, values) => (await first.query(text, [...values])).rows.map((one) => row.parse(one)),
      array: binaryArray,
    };
    let asked = 0;
    const { taking, errors } = openTaking(async (some) => {
      asked += 1;
      if (asked === 1) {
        await recordResults(onFirst, null, some, 'a test');
        throw new Error('Query read timeout');
      }
      const second = recordResults(runnerOn(platform.pool), null, some, 'a test');
      // It may be refused before the answer to the commit has come, and is awaited after that.
      second.catch(() => {});
      await until('the second waits for the first', async () => {
        const { rowCount } = await platform.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event = 'transactionid'`,
        );
        return (rowCount ?? 0) > 0;
      });
      await first.query('commit');
      first.release();
      return second;
    });
    await taking.take(results.map(retry));
    expect(asked).toBe(2);
    expect(errors).toHaveLength(1);
    expect(await laneOf(webhook.id)).toMatchObject({ consecutive_failures: 2 });
    expect((await attemptsOf(platform, webhook.id)).map(({ outcome }) => outcome)).toEqual(['retry', 'retry']);
  });
});

test('what PostgreSQL cannot take now is tried again with growing pauses, and nothing is refused', async () => {
  const { webhook, results } = await holdLane(1);
  const errors = [
    Object.assign(new Error('read-only'), { code: '25006' }),
    Object.assign(new Error('the disk is full'), { code: '53100' }),
    Object.assign(new Error('deadlock'), { code: '40P01' }),
  ];
  const { taking, refused } = openTaking(async (some) => {
    const error = errors.shift();
    if (error) throw error;
    return recordResults(runnerOn(platform.pool), null, some, 'a test');
  });
  await taking.take(results);
  expect(refused).toEqual([]);
  expect(await standing(platform, webhook.id)).toEqual({ delivered: 1 });
});
