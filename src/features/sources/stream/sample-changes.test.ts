import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Change, ChangeMapping } from '#core/sources/change-mapping.ts';
import { eraseEventData } from '#features/events/erase-event-data.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { createSampler } from './sample-changes.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let mapping: ChangeMapping;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  mapping = {
    table: 'shop.people',
    operations: ['insert'],
    conditions: [],
    event_type: 'person.added',
    fields: {},
    organization: { id: organization.id },
  };
  await platform.database.sourceMapping.create({
    data: {
      organization_id: organization.id,
      table_name: mapping.table,
      operations: ['insert'],
      event_type: mapping.event_type,
    },
  });
});
beforeEach(() => platform.database.sourceSample.deleteMany());
afterAll(() => platform.close());

const change = (name: string): Change => ({
  table: mapping.table,
  operation: 'insert',
  row: { name },
  old: null,
  kinds: { name: 'text' },
});

const kept = async () => {
  const rows = await platform.database.sourceSample.findMany({ orderBy: { id: 'asc' } });
  return rows.map((row) => (row.change as { row: { name: string } }).row.name);
};

/** Erases an event of a type that the change stream has published. */
async function eraseOne(event_type: string): Promise<void> {
  const id = await organization.eventId();
  await platform.pool.query(`update event set origin = 'source', event_type = $2 where id = $1`, [id, event_type]);
  await eraseEventData(organization.scope(), id);
}

test('a change that was seen before the erasure of an event of its table is not written after it; one seen later is', async () => {
  const sampler = await createSampler(platform, [mapping]);
  sampler.see(change('erased'));
  await eraseOne('person.added');
  await sampler.settle();
  expect(await kept()).toEqual([]);
  sampler.see(change('later'));
  await sampler.settle();
  expect(await kept()).toEqual(['later']);
});

test('an erasure takes the samples along that were written, also after their mapping makes another type', async () => {
  const sampler = await createSampler(platform, [mapping]);
  sampler.see(change('written'));
  await sampler.settle();
  await createSampler(platform, [{ ...mapping, event_type: 'person.changed' }]);
  await eraseOne('something.else');
  expect(await kept()).toEqual(['written']);
  await eraseOne('person.added');
  expect(await kept()).toEqual([]);
});
