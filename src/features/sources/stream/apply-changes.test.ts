import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { storedEvents } from '#testing/stored-events.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { applyChanges, type Batch, type ChangeEvent, LeaseLost } from './apply-changes.ts';
import { createBatches, WHOLE } from './batches.ts';

const APPLIED = { lsn: 100n, index: 2 };
const COMMITTED_AT = '2026-11-30T12:00:00.000Z';

let platform: OpenPlatform;
let organization: TestOrganization;
let token: string;

beforeAll(async () => {
  platform = await createTestPlatform();
});
beforeEach(async () => {
  organization = await createTestOrganization(platform);
  await platform.database.eventType.create({ data: { organization_id: organization.id, name: 'shop.changed' } });
  await platform.database.sourceGap.deleteMany();
  await platform.database.source.deleteMany();
  token = randomUUID();
  await platform.database.source.create({
    data: {
      database_key: 'shop',
      slot_name: 'shop',
      address: 'shop',
      lease_token: token,
      lease_until: new Date(Date.now() + 60_000),
      lease_holder: 'a test',
      applied_lsn: APPLIED.lsn,
      applied_index: APPLIED.index,
    },
  });
});
afterAll(() => platform.close());

const change = (n: number, organization_id = organization.id): ChangeEvent => ({
  table: 'shop.orders',
  organization_id,
  event_type: 'shop.changed',
  data: JSON.stringify({ n }),
  bare_data: JSON.stringify({ n }),
  occurred_at: COMMITTED_AT,
});
const apply = (given: Partial<Batch>, reader = token) =>
  applyChanges(platform, reader, {
    events: [change(1)],
    changes: 1,
    refusals: [],
    position: { ...APPLIED, index: 3 },
    committedAt: new Date(COMMITTED_AT),
    ...given,
  });
const numbers = async () => (await storedEvents(platform, organization.id)).map(({ data }) => data.n);
const source = () => platform.database.source.findFirstOrThrow();

describe('a batch of changes', () => {
  test('is applied once: at exactly the applied position, or before it, it changes nothing', async () => {
    await apply({ events: [change(1)] });
    const before = await source();
    await expect(apply({ events: [change(2)] })).rejects.toThrow(LeaseLost);
    await expect(apply({ events: [change(3)], position: APPLIED })).rejects.toThrow(LeaseLost);
    expect(await numbers()).toEqual([1]);
    expect(await source()).toEqual(before);
  });

  test('of another reader than the one that holds the lease changes nothing', async () => {
    const before = await source();
    await expect(apply({}, randomUUID())).rejects.toThrow(LeaseLost);
    expect(await numbers()).toEqual([]);
    expect(await source()).toEqual(before);
  });

  test('with a row that names an unknown organization publishes the others, and the gap says why', async () => {
    await apply({ events: [change(1), change(2, 'nobody'), change(3)], changes: 3 });
    expect(await numbers()).toEqual([1, 3]);
    const message = 'A change for shop.changed names the organization nobody, which does not exist.';
    expect(await source()).toMatchObject({ applied_index: 3, events: 2n, refused: 1n, last_refusal: message });
    expect(await platform.database.sourceGap.findMany()).toMatchObject([
      { table_name: 'shop.orders', cause: 'refused', changes: 1n, detail: message },
    ]);
  });

  test('with data that makes no valid event publishes the others, and the gap says why', async () => {
    const invalid = { ...change(2), event_type: 'dataset.updated' };
    await apply({ events: [invalid, change(3)], changes: 2 });
    expect(await numbers()).toEqual([3]);
    expect((await source()).last_refusal).toContain('A change is not a valid dataset.updated: ');
  });

  test('publishes the bare data where the schema of the event type takes only that', async () => {
    await platform.database.eventType.updateMany({
      where: { organization_id: organization.id },
      data: { schema: JSON.stringify({ type: 'object', properties: { n: {} }, additionalProperties: false }) },
    });
    await apply({ events: [{ ...change(1), data: '{"n":1,"operation":"insert"}' }] });
    expect((await storedEvents(platform, organization.id)).map(({ data }) => data)).toEqual([{ n: 1 }]);
  });
});

describe('what was read again after a restart', () => {
  const opened = () => {
    const stored: Batch[] = [];
    const acknowledged: bigint[] = [];
    const batches = createBatches(
      APPLIED,
      async (batch) => void stored.push(batch),
      (lsn) => acknowledged.push(lsn),
      (error) => expect.unreachable(String(error)),
    );
    return { batches, stored, acknowledged };
  };

  test.each([
    [{ lsn: 99n, index: 7 }, true],
    [{ lsn: 100n, index: 1 }, true],
    [{ lsn: 100n, index: 2 }, true],
    [{ lsn: 100n, index: 3 }, false],
    [{ lsn: 101n, index: 1 }, false],
  ])('at %o is applied already: %s', (position, isApplied) => {
    expect(opened().batches.isApplied(position)).toBe(isApplied);
  });

  test('is acknowledged when its transaction was applied whole, and stored from its next change on otherwise', async () => {
    const { batches, stored, acknowledged } = opened();
    batches.commit(99n, 99n, new Date(COMMITTED_AT));
    expect([stored, acknowledged]).toEqual([[], [99n]]);
    await batches.add({ lsn: 100n, index: 3 }, [change(3)], []);
    batches.commit(100n, 105n, new Date(COMMITTED_AT));
    await batches.settle();
    expect(stored).toMatchObject([{ changes: 1, position: { lsn: 100n, index: WHOLE }, endLsn: 105n }]);
  });
});
