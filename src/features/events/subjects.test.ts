import { afterAll, beforeAll, expect, test } from 'vitest';
import { subjectAt } from '#core/events/subject.ts';
import { BUILT_IN_EVENT_TYPES } from '#features/event-types/catalogue.ts';
import { putEventType, updateEventType } from '#features/event-types/put-event-type.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import type { GivenEvent } from './check-event.ts';
import { eraseEventData } from './erase-event-data.ts';
import { listEvents } from './list-events.ts';
import { publishEvents } from './publish-events.ts';

let platform: OpenPlatform;
let organization: TestOrganization;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});

afterAll(() => platform.close());

async function publish(given: Partial<GivenEvent> & { event_type: string }) {
  const event = { data: '{}', occurred_at: null, idempotency_key: null, ...given };
  const [published] = await publishEvents(organization.scope(), [event], { origin: 'api', isBatch: false });
  return published?.id ?? '';
}

const subjectOf = async (id: string) => {
  const { rows } = await platform.pool.query<{ subject: string | null }>('select subject from event where id = $1', [
    id,
  ]);
  return rows[0]?.subject;
};

test('every built-in event type has a pointer, and finds the subject of its example', () => {
  for (const { name, subject_pointer, example } of BUILT_IN_EVENT_TYPES)
    expect(subjectAt(subject_pointer ?? '', example, JSON.stringify(example)), name).toMatch(/\w/);
});

test('the subject is what the publisher says, else what the pointer of the event type finds', async () => {
  const data = '{"run_id":"run_281649","recipe_id":"recipe-1"}';
  expect(await subjectOf(await publish({ event_type: 'recipe.run.failed', data }))).toBe('run_281649');
  expect(await subjectOf(await publish({ event_type: 'recipe.run.failed', data, subject: 'mine' }))).toBe('mine');
});

test('an own event type without a pointer has events without a subject until it is given one', async () => {
  const name = 'order.paid';
  const type = await putEventType(organization.scope(), { name, description: '' });
  const data = '{"order":{"id":12345678901234567890}}';
  expect(await subjectOf(await publish({ event_type: name, data }))).toBeNull();
  await updateEventType(organization.scope(), {
    name,
    subject_pointer: '/order/id',
    version: type.version ?? undefined,
  });
  expect(await subjectOf(await publish({ event_type: name, data }))).toBe('12345678901234567890');
  expect(await subjectOf(await publish({ event_type: name, data: '{"order":null}' }))).toBeNull();
});

test('publishing again with the same key and another subject is a conflict, and stores nothing', async () => {
  const given = { event_type: 'dataset.updated', data: '{"dataset_id":"d"}', idempotency_key: 'k', subject: 'a' };
  const id = await publish(given);
  expect(await publish(given)).toBe(id);
  const before = (await listEvents(organization.scope(), { limit: 200 })).items.length;
  await expect(publish({ ...given, subject: 'b' })).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await listEvents(organization.scope(), { limit: 200 })).items).toHaveLength(before);
});

test('erasing the payload of an event erases its subject', async () => {
  const id = await publish({ event_type: 'dataset.updated', data: '{"dataset_id":"person-1"}' });
  expect(await subjectOf(id)).toBe('person-1');
  await eraseEventData(organization.scope(), id);
  expect(await subjectOf(id)).toBeNull();
  expect((await listEvents(organization.scope(), { limit: 10, search: 'person-1' })).items).toEqual([]);
});

test('events are found by subject, by its beginning, by id, by key, and by a text in their payloads', async () => {
  const one = await publish({
    event_type: 'dataset.updated',
    data: '{"dataset_id":"sales-17","note":"Grüße, \\"Ada\\""}',
    idempotency_key: 'sales-key',
  });
  const two = await publish({ event_type: 'dataset.created', data: '{"dataset_id":"sales-18"}' });
  const found = async (filters: object) =>
    (await listEvents(organization.scope(), { limit: 50, ...filters })).items.map(({ id }) => id);
  expect(await found({ subject: 'sales-17' })).toEqual([one]);
  expect(await found({ search: 'sales-' })).toEqual([two, one]);
  expect(await found({ search: 'sales-', event_type: 'dataset.created' })).toEqual([two]);
  expect(await found({ search: one })).toEqual([one]);
  expect(await found({ search: 'sales-key' })).toEqual([one]);
  expect(await found({ payload_contains: 'grüße, "ada"' })).toEqual([one]);
  expect(await found({ payload_contains: 'sales-1', event_type: 'dataset.created' })).toEqual([two]);
});

test('a search in payloads reads a bounded number of events at a time and says how far back it came', async () => {
  const rare = await publish({ event_type: 'dataset.updated', data: '{"dataset_id":"needle"}' });
  await platform.pool.query(
    `insert into event (id, organization_id, event_type, occurred_at, body, origin, actor_type, actor_id, actor_name)
       select uuidv7(), $1, 'dataset.updated', now(), '{}', 'api', 'system', 'x', 'x' from generate_series(1, 2000)`,
    [organization.scope().organization_id],
  );
  const page = await listEvents(organization.scope(), { limit: 10, payload_contains: 'NEEDLE' });
  expect(page.items).toEqual([]);
  expect(page.searched_back_to).toBeInstanceOf(Date);
  const hex = Buffer.from(page.next_cursor ?? '', 'base64url').toString('hex');
  const cursor = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const next = await listEvents(organization.scope(), { limit: 10, payload_contains: 'NEEDLE', cursor });
  expect(next.items.map(({ id }) => id)).toEqual([rare]);
  expect(next.next_cursor).toBeNull();
});
