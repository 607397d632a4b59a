import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { checkEvent, type GivenEvent, MOST_DATA_BYTES } from './check-event.ts';
import { prepareEvents, publishEvents, publishSystemEvent } from './publish-events.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const given = (data: string, event_type = 'dataset.updated'): GivenEvent => ({
  event_type,
  data,
  occurred_at: null,
  idempotency_key: null,
});
const check = (data: string, event_type?: string) => checkEvent(platform, organization.id, given(data, event_type));
const issueOf = async (data: string, event_type?: string) => {
  const checked = await check(data, event_type);
  return checked.ok ? null : checked.issues;
};
const padded = (bytes: number) => `{"dataset_id":"d","a":"é${'x'.repeat(bytes - 27)}"}`;
const nested = (levels: number) => `{"dataset_id":"d","a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
const noType = (message: string) => [{ path: ['event_type'], message: expect.stringContaining(message) }];

describe('the data of an event', () => {
  test('has at most 256 KiB, in bytes', async () => {
    expect(Buffer.byteLength(padded(MOST_DATA_BYTES))).toBe(262_144);
    expect(await check(padded(MOST_DATA_BYTES))).toMatchObject({ ok: true, version: null });
    expect(await issueOf(padded(MOST_DATA_BYTES + 1))).toEqual([
      { path: ['data'], message: 'The data is larger than 256 KiB. Send a link to it instead.' },
    ]);
  });

  test('has at most 100 levels', async () => {
    expect(await issueOf(nested(100))).toBeNull();
    expect(await issueOf(nested(101))).toMatchObject([{ path: ['data'], message: /deeper than 100 levels/ }]);
  });

  test.each(['null', '[]', '"text"', '5', 'true'])('%s is refused, because it is not an object', async (data) => {
    expect(await issueOf(data)).toEqual([{ path: ['data'], message: 'Must be a JSON object.' }]);
  });

  test('with a number of more than 1,000 digits is refused', async () => {
    expect(await issueOf(`{"dataset_id":"d","n":${'9'.repeat(1_001)}}`)).toMatchObject([{ path: ['data'] }]);
    expect(await issueOf(`{"dataset_id":"d","n":${'9'.repeat(1_000)}}`)).toBeNull();
  });

  test('with text that PostgreSQL cannot store is refused, with its path', async () => {
    expect(await issueOf('{"dataset_id":"d","a":[{"b":"\\u0000"}]}')).toMatchObject([
      { path: ['data', 'a', '0', 'b'] },
    ]);
  });

  test('that does not match its built-in type is refused, with the path of the field', async () => {
    expect(await issueOf('{}')).toMatchObject([{ path: ['data', 'dataset_id'] }]);
  });
});

describe('an unknown event type', () => {
  test('with a slip is answered with the name that was probably meant, also of the organization’s own types', async () => {
    await platform.database.eventType.create({ data: { organization_id: organization.id, name: 'invoice.paid' } });
    expect(await issueOf('{}', 'dataset.updatde')).toEqual(noType('did you mean dataset.updated?'));
    expect(await issueOf('{}', 'invoice.pad')).toEqual(noType('did you mean invoice.paid?'));
    const other = await createTestOrganization(platform);
    const checked = await checkEvent(platform, other.id, given('{}', 'invoice.pad'));
    expect(checked).toMatchObject({ ok: false, issues: [{ message: /GET \/api\/event-types lists them/ }] });
  });

  test('of a known family is answered with its types, and any other with where the types are listed', async () => {
    expect(await issueOf('{}', 'dataset.exported')).toEqual(
      noType('the existing ones are dataset.created, dataset.updated, dataset.deleted.'),
    );
    expect(await issueOf('{}', 'nothing.like.it')).toEqual(noType('GET /api/event-types lists them'));
  });
});

describe('events that are refused', () => {
  const refusal = (events: GivenEvent[], isBatch: boolean) =>
    publishEvents(organization.scope(), events, { origin: 'api', isBatch }).then(
      () => expect.fail('They were accepted.'),
      (error: unknown) => error as { issues: { path: string[] }[] },
    );

  test('are named by their place in a batch, and not by any when there is one event', async () => {
    const good = given('{"dataset_id":"d"}');
    expect((await refusal([good, given('{}')], true)).issues).toMatchObject([
      { path: ['events', '1', 'data', 'dataset_id'] },
    ]);
    expect((await refusal([given('{}')], false)).issues).toMatchObject([{ path: ['data', 'dataset_id'] }]);
    expect(await platform.database.event.count({ where: { organization_id: organization.id } })).toBe(0);
  });

  test('are named up to twenty', async () => {
    const { issues } = await refusal(
      Array.from({ length: 30 }, () => given('{}')),
      true,
    );
    expect(issues).toHaveLength(20);
  });

  test('for their keys are all named', async () => {
    const keyed = (key: string, dataset_id: string) => ({
      ...given(JSON.stringify({ dataset_id })),
      idempotency_key: key,
    });
    await publishEvents(organization.scope(), [keyed('one', 'a'), keyed('two', 'a')], { origin: 'api', isBatch: true });
    const { issues } = await refusal([keyed('one', 'b'), keyed('three', 'b'), keyed('two', 'b')], true);
    expect(issues.map(({ path }) => path)).toEqual([
      ['events', '0', 'idempotency_key'],
      ['events', '2', 'idempotency_key'],
    ]);
  });
});

test('an event of the console that is refused is logged, and nobody has to handle it', async () => {
  const lines: unknown[] = [];
  const log = { ...platform.log, error: (...given: unknown[]) => void lines.push(given) };
  await publishSystemEvent({ ...platform, log }, organization.id, 'nothing.like.it', {});
  expect(lines).toMatchObject([[{ event_type: 'nothing.like.it' }, 'An event of the console was not published']]);
});

test('what is stored of an event says who published it and how', async () => {
  const occurred_at = new Date('2026-11-30T12:00:00Z');
  const event = { ...given('{"dataset_id":"d"}'), occurred_at, idempotency_key: 'key' };
  const judge = async () => ({ filters: null, passing: [] });
  const [storing] = await prepareEvents(organization.scope(), [event], 'console', () => [], judge);
  expect(storing).toMatchObject({
    occurred_at: occurred_at.toISOString(),
    key: 'key',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    origin: 'console',
    type_version: null,
  });
  const [keyless] = await prepareEvents(organization.scope(), [given('{"dataset_id":"d"}')], 'api', () => [], judge);
  expect(keyless).toMatchObject({ occurred_at: null, key: null, hash: null });
});
