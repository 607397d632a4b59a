import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { awaitRecall, type Recall, recallLanes } from './recall-lanes.ts';
import { awaitTestSending, type TestSending, watchTestSending } from './recall-test.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
/** The ids of each notice that has arrived. */
const erased: string[][] = [];

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  platform.live.follow('erasures', (ids) => erased.push([...(ids ?? [])]));
});
afterAll(() => platform.close());

/** A clock that advances with each question, and what is notified at which of its times. */
function recorded(stepMs: number, onNotice: (count: number) => unknown = () => {}) {
  let nowMs = 0;
  const notices: { at: number; ids: readonly string[] }[] = [];
  const now = () => {
    nowMs += stepMs;
    return nowMs;
  };
  const notify = (channel: Parameters<OpenPlatform['live']['notify']>[0], ids: readonly string[]) => {
    notices.push({ at: nowMs, ids });
    platform.live.notify(channel, ids);
    void onNotice(notices.length);
  };
  return { notices, clock: { now }, platform: { database: platform.database, live: { ...platform.live, notify } } };
}

/** A lane that a worker has leased until then. */
async function leased(until_: string): Promise<{ id: string; recall: Recall }> {
  const { id } = await subscribe(organization, 'http://127.0.0.1:4/');
  await platform.pool.query(
    `update lane set lease_token = gen_random_uuid(), lease_holder = 'a test', lease_until = now() + $2::interval
      where webhook_id = $1`,
    [id, until_],
  );
  return { id, recall: await inTransaction(platform.database, (tx) => recallLanes(tx, [id])) };
}
const confirm = (id: string) => platform.pool.query('update lane set recall_seen = recall where webhook_id = $1', [id]);

describe('a recall of queues', () => {
  test('waits for the workers that have not confirmed it, and notifies them again after a second', async () => {
    const [one, other] = [await leased('10 seconds'), await leased('10 seconds')];
    await confirm(other.id);
    const { notices, clock, ...given } = recorded(150, (count) => count === 2 && confirm(one.id));
    await awaitRecall(given.platform, [...one.recall, ...other.recall], clock);
    const [first, second] = notices;
    expect(first?.ids).toEqual([one.id]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_000);
  });

  test('does not wait for a queue that nobody has leased, nor for none, and notifies nobody', async () => {
    const { recall } = await leased('-1 second');
    const { notices, clock, ...given } = recorded(1);
    await awaitRecall(given.platform, recall, clock);
    await awaitRecall(given.platform, [], clock);
    expect(notices).toEqual([]);
  });

  test('ends when the lease ends', async () => {
    const { recall } = await leased('300 milliseconds');
    const { notices, clock, ...given } = recorded(1);
    await awaitRecall(given.platform, recall, clock);
    expect(notices).toHaveLength(1);
  });

  test('is refused when a worker has not confirmed it after 30 seconds', async () => {
    const { recall } = await leased('10 seconds');
    const { notices, clock, ...given } = recorded(6_000);
    await expect(awaitRecall(given.platform, recall, clock)).rejects.toMatchObject({ contractCode: 'UNAVAILABLE' });
    expect(notices.length).toBeGreaterThan(1);
  });

  test('waits 11 seconds for a lease that was given while the clock was ahead, and not longer', async () => {
    const { recall } = await leased('1 hour');
    const { notices, clock, ...given } = recorded(2_000);
    await awaitRecall(given.platform, recall, clock);
    expect(notices.length).toBeGreaterThan(1);
    expect(notices.at(-1)?.at).toBeLessThan(16_000);
  });
});

describe('a test that is being sent', () => {
  const begin = async (id: string): Promise<TestSending> => {
    const sending = watchTestSending(platform);
    await inTransaction(platform.database, (tx) => sending.begin(tx, id));
    return sending;
  };
  const isStored = async (id: string) =>
    (await platform.pool.query('select from test_sending where event_id = $1', [id])).rowCount === 1;
  const event = async () => (await publishRow(organization, 1))[0] ?? expect.fail('Nothing was published.');

  test('may start until its event is erased, and holds up the erasure only until it knows', async () => {
    const id = await event();
    const sending = await begin(id);
    expect([sending.mayStart(), sending.isErased(), await isStored(id)]).toEqual([true, false, true]);
    await awaitTestSending(platform, id);
    expect([sending.mayStart(), sending.isErased(), await isStored(id)]).toEqual([false, true, false]);
    await sending.end();
  });

  test('is not called off by the erasure of another event, and is over when it has ended', async () => {
    const id = await event();
    const sending = await begin(id);
    const idle = watchTestSending(platform);
    const other = randomUUID();
    platform.live.notify('erasures', [other]);
    await until('the notice has arrived', () => erased.flat().includes(other));
    expect([sending.mayStart(), sending.isErased(), idle.isErased()]).toEqual([true, false, false]);
    expect(await isStored(id)).toBe(true);
    await Promise.all([sending.end(), idle.end()]);
    expect(await isStored(id)).toBe(false);
    platform.live.notify('erasures', [id]);
    await until('the notice has arrived', () => erased.flat().includes(id));
    expect(sending.isErased()).toBe(false);
  });

  test('that never began leaves nothing and forbids nothing', async () => {
    const sending = watchTestSending(platform);
    expect([sending.mayStart(), sending.isErased()]).toEqual([true, false]);
    await sending.end();
  });

  test('holds up an erasure whose notice it does not get, which is sent again, until its time is over', async () => {
    const id = await event();
    const insert = 'insert into test_sending (event_id, sending_until) values ($1, now() + $2::interval)';
    await platform.pool.query(insert, [id, '10 seconds']);
    const over = () => platform.pool.query('update test_sending set sending_until = now() where event_id = $1', [id]);
    const { notices, clock, ...given } = recorded(300, (count) => count === 2 && over());
    await awaitTestSending(given.platform, id, clock);
    const [first, second] = notices;
    expect(first?.ids).toEqual([id]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_000);
  });

  test('was stored with a time that no test takes, by a clock that was ahead, and holds up nothing', async () => {
    const id = await event();
    const insert = 'insert into test_sending (event_id, sending_until) values ($1, now() + $2::interval)';
    await platform.pool.query(insert, [id, '1 hour']);
    await awaitTestSending(platform, id);
  });

  test('removes what processes that were killed left more than an hour ago', async () => {
    const [old, recent, id] = [await event(), await event(), await event()];
    const insert = 'insert into test_sending (event_id, sending_until) values ($1, now() - $2::interval)';
    await platform.pool.query(insert, [old, '61 minutes']);
    await platform.pool.query(insert, [recent, '59 minutes']);
    const sending = await begin(id);
    expect([await isStored(old), await isStored(recent), await isStored(id)]).toEqual([false, true, true]);
    await sending.end();
  });
});
