import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { startReceiver } from '#testing/receivers.ts';
import { callerOf } from '#testing/test-caller.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { TWILIO } from '#testing/twilio-double.ts';
import { handleRest } from './rest.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let key: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let owner: Awaited<ReturnType<typeof callerOf>>;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  key = await createTestApiKey(organization.scope(), ['read', 'write']);
  receiver = await startReceiver();
  owner = await callerOf(platform, (await createTestUser(platform, organization, 'owner')).cookie);
});
afterAll(async () => {
  await receiver.close();
  await platform.close();
});

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const request = new Request(`http://localhost:3000${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await handleRest(platform, request);
  return { status: response.status, etag: response.headers.get('etag'), body: JSON.parse(await response.text()) };
}

type Settings = Record<string, unknown>;
type Kind = {
  what: string;
  /** Makes one. @returns where it is changed */
  make: () => Promise<string>;
  /** The list that it is read in, and the field that the end of its path stands for, where it has no GET of its own. */
  listed?: [path: string, field: string];
  /** Every setting, with values that differ with `n`. The first two are fields that answers show. */
  settings: (n: number) => Settings;
};

let count = 0;
const next = () => (count += 1);

const KINDS: Kind[] = [
  {
    what: 'a webhook',
    async make() {
      const asked = {
        event_type: 'dataset.updated',
        target_url: `${receiver.url}/a`,
        headers: { authorization: 'one' },
      };
      return `/api/webhooks/${(await call('POST', '/api/webhooks', asked)).body.id}`;
    },
    settings: (n) => ({
      description: `Number ${n}`,
      target_url: `${receiver.url}/hooks/${n}`,
      event_type: ['dataset.*', `recipe.*`],
      headers: { authorization: `Bearer ${n}`, 'x-more': '1' },
      filter: { status: { in: ['failed'] }, count: n },
      concurrency: 1 + (n % 100),
      rate_limit: 1 + n,
      ordered: true,
    }),
  },
  {
    what: 'a connector',
    make: async () => `/api/connectors/${await organization.twilioConnectorId()}`,
    settings: (n) => ({
      name: `Number ${n}`,
      enabled: n % 2 === 0,
      config: {
        auth_token: `another-auth-token-${n}`,
        from: null,
        messaging_service_sid: TWILIO.messaging_service_sid,
      },
    }),
  },
  {
    what: 'a noise rule',
    async make() {
      const asked = { name: `Rule ${next()}`, reason: 'Known', hosts: ['a.example'] };
      return `/api/csp/noise-rules/${(await call('POST', '/api/csp/noise-rules', asked)).body.id}`;
    },
    listed: ['/api/csp/noise-rules', 'id'],
    settings: (n) => ({ reason: `Number ${n}`, hosts: [`h${n}.example`], schemes: ['acme'], samples: [`__x${n}`] }),
  },
  {
    what: 'an event type',
    async make() {
      const path = `/api/event-types/order.paid_${next()}`;
      expect((await call('PUT', path, { description: 'Made' })).status).toBe(200);
      return path;
    },
    listed: ['/api/event-types', 'name'],
    settings: (n) => ({
      description: `Number ${n}`,
      example: { order: n },
      schema: { type: 'object', properties: { order: { type: 'integer' } } },
    }),
  },
  {
    what: 'the alert settings',
    make: async () => '/api/csp/alert-settings',
    settings: (n) => ({
      spike_minimum: 1 + n,
      spike_factor: 2 + (n % 99),
      new_groups: n % 2 === 0,
      spikes: n % 2 === 0,
      quiet_until: new Date(Date.UTC(2027, 0, 1) + n * 60_000).toISOString(),
    }),
  },
];

async function readOf({ listed }: Kind, path: string): Promise<Settings> {
  if (!listed) return (await call('GET', path)).body;
  const { items } = (await call('GET', listed[0])).body;
  return items.find((item: Settings) => item[listed[1]] === path.split('/').at(-1));
}
async function change(path: string, given: Settings): Promise<Settings> {
  const { status, body } = await call('PATCH', path, given);
  expect(status, JSON.stringify({ given, body })).toBe(200);
  return body;
}
const auditRows = () => platform.database.auditLog.count({ where: { organization_id: organization.id } });

describe.each(KINDS)('$what', (kind) => {
  test('that is changed to nothing, or to what it is already, gets no audit row, no new time and no new version', async () => {
    const path = await kind.make();
    const given = kind.settings(next());
    await change(path, given);
    const [before, rows] = [await readOf(kind, path), await auditRows()];
    await change(path, {});
    await change(path, given);
    for (const [field, value] of Object.entries(given)) await change(path, { [field]: value });
    // As answers show it, secrets masked.
    for (const field of Object.keys(given)) await change(path, { [field]: before[field] });
    expect(await readOf(kind, path)).toEqual(before);
    expect(await auditRows()).toBe(rows);
    await change(path, kind.settings(next()));
    expect(await auditRows()).toBe(rows + 1);
  });

  test('that is changed from an old version keeps what others changed in other fields', async () => {
    const path = await kind.make();
    await change(path, kind.settings(next()));
    const { version } = await readOf(kind, path);
    const others = kind.settings(next());
    const [mine = '', theirs = ''] = Object.keys(others);
    await change(path, { [theirs]: others[theirs] });
    const own = kind.settings(next())[mine];
    await change(path, { [mine]: own, version });
    expect(await readOf(kind, path)).toMatchObject({ [mine]: own, [theirs]: others[theirs] });
  });

  test('that is changed where others changed the same is refused with the state that is there, and nothing changes', async () => {
    const path = await kind.make();
    await change(path, kind.settings(next()));
    const { version } = await readOf(kind, path);
    const others = kind.settings(next());
    const [mine = '', second = ''] = Object.keys(others);
    await change(path, { [mine]: others[mine] });
    const [before, rows] = [await readOf(kind, path), await auditRows()];
    const own = { [mine]: kind.settings(next())[mine], [second]: kind.settings(count)[second] };
    const refused = await call('PATCH', path, { ...own, version });
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: 'CONFLICT',
        issues: [{ path: [mine] }],
        current: { [mine]: others[mine], version: before.version },
      },
    });
    expect(await readOf(kind, path)).toEqual(before);
    expect(await auditRows()).toBe(rows);
    await change(path, { ...own, version: before.version });
    // Who changes it to what others made of it changes nothing.
    await change(path, { [mine]: own[mine], version });
  });

  test('is changed with If-Match only while its ETag is the present one: else the answer is 412', async () => {
    const path = await kind.make();
    const first = await call('PATCH', path, kind.settings(next()));
    expect(first.etag).toBe(`"${first.body.version}"`);
    if (!kind.listed) expect((await call('GET', path)).etag).toBe(first.etag);
    const [field = ''] = Object.keys(kind.settings(0));
    const matching = { 'if-match': first.etag ?? '' };
    const second = await call('PATCH', path, { [field]: kind.settings(next())[field] }, matching);
    expect(second.status).toBe(200);
    expect(second.etag).not.toBe(first.etag);
    const rows = await auditRows();
    const [, other = ''] = Object.keys(kind.settings(0));
    expect(await call('PATCH', path, { [other]: kind.settings(next())[other] }, matching)).toMatchObject({
      status: 412,
      body: { code: 'CONFLICT', current: { version: second.body.version } },
    });
    expect(await auditRows()).toBe(rows);
  });

  test('is changed without a version whatever happened, as before', async () => {
    const path = await kind.make();
    const [field = ''] = Object.keys(kind.settings(0));
    await change(path, kind.settings(next()));
    const own = kind.settings(next())[field];
    await change(path, { [field]: own });
    expect(await readOf(kind, path)).toMatchObject({ [field]: own });
  });
});

describe('a secret', () => {
  test('of a webhook or connector that two people changed is a conflict, though its mask is the same', async () => {
    const cases = [
      ['/api/webhooks/', (value: string) => ({ headers: { authorization: value } }), ['headers']],
      ['/api/connectors/', (value: string) => ({ config: { auth_token: value } }), ['config', 'auth_token']],
    ] as const;
    for (const [prefix, given, field] of cases) {
      const path = (await KINDS.find(({ what }) => prefix.includes(what.split(' ')[1] ?? ''))?.make()) ?? '';
      const { version } = (await call('GET', path)).body;
      await change(path, given('the-second-secret-of-a-test'));
      expect(await call('PATCH', path, { ...given('the-third-secret-of-a-test'), version })).toMatchObject({
        status: 409,
        body: { issues: [{ path: field }] },
      });
    }
  });

  test('of a connector stays sealed as it is while something else is changed', async () => {
    const id = await organization.twilioConnectorId();
    const sealed = async () => (await platform.database.connector.findUniqueOrThrow({ where: { id } })).sealed_secrets;
    const before = await sealed();
    await change(`/api/connectors/${id}`, { config: { from: '+14155550100' } });
    expect(await sealed()).toBe(before);
  });
});

test('a sender or address that was changed meanwhile is not brought back by another change from an old version', async () => {
  const path = `/api/connectors/${await organization.twilioConnectorId()}`;
  const { version } = (await call('GET', path)).body;
  await change(path, { config: { from: '+14155550111' } });
  expect(await change(path, { name: `Number ${next()}`, version })).toMatchObject({ config: { from: '+14155550111' } });
});

test('the organization’s settings are changed like that, too', async () => {
  const { version } = await owner.organization.get();
  await owner.organization.update({ name: 'Another name' });
  const slug = `slug-${Date.now()}`;
  expect(await owner.organization.update({ slug, version })).toMatchObject({ name: 'Another name', slug });
  await expect(owner.organization.update({ name: 'A third name', version })).rejects.toMatchObject({
    code: 'CONFLICT',
    current: { name: 'Another name', slug },
  });
  const rows = await auditRows();
  await owner.organization.update({});
  await owner.organization.update({ name: 'Another name', slug, require_two_factor: false });
  expect(await auditRows()).toBe(rows);
});

test('an event type that is put as it is, and a limit of calls that is set to what it is, get no audit row', async () => {
  const path = `/api/event-types/order.same_${next()}`;
  const said = { description: 'Same', schema: { type: 'object' }, example: { a: 1 } };
  const first = await call('PUT', path, said);
  const id = await organization.apiKeyId();
  await owner.tools.setLimit({ id, calls_per_minute: 17 });
  const rows = await auditRows();
  expect((await call('PUT', path, said)).body).toEqual(first.body);
  expect(await owner.tools.setLimit({ id, calls_per_minute: 17 })).toMatchObject({ calls_per_minute: 17 });
  expect(await auditRows()).toBe(rows);
});

test('a member whose address is set to what it is stays confirmed and signed in, without an audit row', async () => {
  const member = await createTestUser(platform, organization, 'member');
  const { id } = await platform.database.member.findFirstOrThrow({ where: { userId: member.id } });
  await platform.database.user.update({ where: { id: member.id }, data: { emailVerified: true } });
  const sessions = () => platform.database.session.count({ where: { userId: member.id } });
  const [before, rows] = [await sessions(), await auditRows()];
  expect(before).toBeGreaterThan(0);
  expect(await owner.members.changeEmail({ id, email: member.email })).toEqual({ ended: {} });
  expect(await sessions()).toBe(before);
  expect(await platform.database.user.findUniqueOrThrow({ where: { id: member.id } })).toMatchObject({
    emailVerified: true,
  });
  expect(await auditRows()).toBe(rows);
});

test('a text that is no version is refused, and the version of something else is a conflict', async () => {
  const path = await (KINDS[0] as Kind).make();
  expect(await call('PATCH', path, { description: 'x', version: '' })).toMatchObject({
    status: 400,
    body: { issues: [{ path: ['version'] }] },
  });
  expect(await call('PATCH', path, { description: 'x', version: 'AAAAAAAA' })).toMatchObject({ status: 409 });
});

test('an empty number is refused, in a query and in a body, and is never 0', async () => {
  const path = await (KINDS[0] as Kind).make();
  for (const query of ['limit=', 'limit=%20', 'limit=0', 'limit=1e1', 'limit=-1'])
    expect((await call('GET', `/api/webhooks?${query}`)).status, query).toBe(400);
  for (const given of [{ concurrency: '' }, { concurrency: null }, { rate_limit: '' }, { rate_limit: 0 }])
    expect((await call('PATCH', path, given)).status, JSON.stringify(given)).toBe(400);
  for (const overlap_hours of ['', null, ' ', '0'])
    expect((await call('POST', `${path}/rotate-secret`, { overlap_hours })).status).toBe(400);
  const { previous_secret_until } = (await call('POST', `${path}/rotate-secret`, {})).body;
  expect(Date.parse(previous_secret_until)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
});
