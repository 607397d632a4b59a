import { beforeEach, describe, expect, test } from 'vitest';
import { until } from '#testing/until.ts';
import type { Batch, ChangeEvent } from './apply-changes.ts';
import { createBatches, WHOLE } from './batches.ts';

const START = { lsn: 100n, index: 2 };
const AT = new Date('2026-11-30T12:00:00Z');

/** What is being stored, oldest first, and how each ends. */
let storing: { batch: Batch; end: () => void; fail: (error: Error) => void }[];
let acknowledged: bigint[];
let failures: unknown[];
let batches: ReturnType<typeof createBatches>;

beforeEach(() => {
  storing = [];
  acknowledged = [];
  failures = [];
  batches = createBatches(
    START,
    (batch) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      storing.push({ batch, end: resolve, fail: reject });
      return promise;
    },
    (endLsn) => acknowledged.push(endLsn),
    (error) => failures.push(error),
  );
});

const event = (data: string): ChangeEvent => ({
  table: 'shop.orders',
  organization_id: 'organization',
  event_type: 'shop.changed',
  data,
  bare_data: data,
  occurred_at: AT.toISOString(),
});
const refusal = { table: 'shop.orders', at: AT.toISOString(), message: 'refused' };
const add = (lsn: bigint, index: number, data = '{}') => batches.add({ lsn, index }, [event(data)], []);
const addMany = async (lsn: bigint, count: number) => {
  for (let index = 0; index < count; index += 1) await add(lsn, index);
};
const stored = (count: number) => until(`${count} batches`, () => storing.length === count);

describe('a batch', () => {
  test('has the changes of one transaction with its time, and is acknowledged after it is stored', async () => {
    expect(batches.isIdle()).toBe(true);
    await add(200n, 1, '{"n":1}');
    await batches.add({ lsn: 200n, index: 2 }, [event('{"n":2}')], [refusal]);
    expect(storing).toEqual([]);
    expect(batches.isIdle()).toBe(false);
    batches.commit(200n, 210n, AT);
    expect(storing[0]?.batch).toMatchObject({
      changes: 2,
      refusals: [refusal],
      position: { lsn: 200n, index: WHOLE },
      committedAt: AT,
    });
    expect(storing[0]?.batch.events.map(({ data }) => data)).toEqual(['{"n":1}', '{"n":2}']);
    expect(batches.isIdle()).toBe(false);
    expect(acknowledged).toEqual([]);
    storing[0]?.end();
    await until('it is acknowledged', () => acknowledged.length > 0);
    expect(acknowledged).toEqual([210n]);
    expect(batches.isIdle()).toBe(true);
    expect(storing).toHaveLength(1);
  });

  test('takes together the transactions that end while the one before is stored', async () => {
    await add(200n, 1);
    batches.commit(200n, 210n, AT);
    for (const lsn of [300n, 400n]) {
      await add(lsn, 1);
      batches.commit(lsn, lsn + 10n, AT);
    }
    expect(storing).toHaveLength(1);
    storing[0]?.end();
    await stored(2);
    expect(storing[1]?.batch).toMatchObject({ changes: 2, position: { lsn: 400n, index: WHOLE } });
    storing[1]?.end();
    await until('both are acknowledged', () => acknowledged.length === 2);
    expect(acknowledged).toEqual([210n, 410n]);
  });

  test('is not stored before its transaction has ended, also after the batch before is stored', async () => {
    await add(200n, 1);
    batches.commit(200n, 210n, AT);
    await add(300n, 1);
    storing[0]?.end();
    await until('the first is acknowledged', () => acknowledged.length > 0);
    expect(storing).toHaveLength(1);
    expect(batches.isIdle()).toBe(false);
    batches.commit(300n, 310n, AT);
    expect(storing).toHaveLength(2);
  });

  test('of 1,000 changes is stored before its transaction ends, and is not acknowledged', async () => {
    await addMany(200n, 999);
    expect(storing).toEqual([]);
    const last = add(200n, 999);
    await stored(1);
    expect(storing[0]?.batch).toMatchObject({ changes: 1000, position: { lsn: 200n, index: 999 }, committedAt: null });
    storing[0]?.end();
    await last;
    batches.commit(200n, 210n, AT);
    expect(storing[1]?.batch).toMatchObject({ changes: 0, events: [], position: { lsn: 200n, index: WHOLE } });
    expect(acknowledged).toEqual([]);
  });

  test('of 4,000,000 characters is stored before its transaction ends', async () => {
    await add(200n, 1, 'x'.repeat(3_999_999));
    expect(storing).toEqual([]);
    void add(200n, 2, 'y');
    await stored(1);
    expect(storing[0]?.batch).toMatchObject({ changes: 2, position: { lsn: 200n, index: 2 } });
  });

  test('that is full waits for the one before, and lets no more be added until then', async () => {
    await add(150n, 1);
    batches.commit(150n, 160n, AT);
    await addMany(200n, 999);
    let added = false;
    const last = add(200n, 999).finally(() => {
      added = true;
    });
    await Promise.resolve();
    expect(storing).toHaveLength(1);
    expect(added).toBe(false);
    storing[0]?.end();
    await stored(2);
    expect(storing[1]?.batch.changes).toBe(1000);
    await last;
    expect(storing).toHaveLength(2);
  });
});

describe('what was applied before', () => {
  test('is known by its position: behind it is new, at it and before it is not', () => {
    expect(batches.isApplied({ lsn: 100n, index: 1 })).toBe(true);
    expect(batches.isApplied(START)).toBe(true);
    expect(batches.isApplied({ lsn: 99n, index: 5 })).toBe(true);
    expect(batches.isApplied({ lsn: 100n, index: 3 })).toBe(false);
    expect(batches.isApplied({ lsn: 101n, index: 0 })).toBe(false);
  });

  test('is acknowledged again when nothing waits, and is not stored', async () => {
    batches.commit(99n, 110n, AT);
    expect(acknowledged).toEqual([110n]);
    await add(200n, 1);
    batches.commit(99n, 111n, AT);
    expect(acknowledged).toEqual([110n]);
    batches.commit(200n, 210n, AT);
    batches.commit(99n, 112n, AT);
    expect(acknowledged).toEqual([110n]);
    expect(storing).toHaveLength(1);
  });
});

describe('after a batch that could not be stored', () => {
  test('nothing is stored or acknowledged, the failure is reported once, and nobody waits', async () => {
    await add(200n, 1);
    batches.commit(200n, 210n, AT);
    await add(300n, 1);
    batches.commit(300n, 310n, AT);
    storing[0]?.fail(new Error('The database is gone.'));
    await until('it is reported', () => failures.length > 0);
    await addMany(400n, 1001);
    batches.commit(400n, 410n, AT);
    await batches.settle();
    expect(failures).toEqual([new Error('The database is gone.')]);
    expect(storing).toHaveLength(1);
    expect(acknowledged).toEqual([]);
  });
});

test('settling waits for the batch that is being stored, and nothing is stored after it', async () => {
  await add(200n, 1);
  batches.commit(200n, 210n, AT);
  await add(300n, 1);
  batches.commit(300n, 310n, AT);
  let settled = false;
  const settling = batches.settle().finally(() => {
    settled = true;
  });
  await Promise.resolve();
  expect(settled).toBe(false);
  storing[0]?.end();
  await settling;
  expect(storing).toHaveLength(1);
  expect(failures).toEqual([]);
});
