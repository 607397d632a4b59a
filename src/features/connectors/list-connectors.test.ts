import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeCursor } from '#core/text/cursor.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { createConnector } from './create-connector.ts';
import { type ConnectorFilters, listConnectors } from './list-connectors.ts';
import { listSends } from './list-sends.ts';
import { connectorsRouter } from './router.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

const create = (name: string, enabled = true, to = organization) =>
  createConnector(to.scope(), {
    name,
    type: 'n8n_webhook',
    config: { webhook_url: 'https://n8n.example.com/webhook/abc123' },
    enabled,
  });

/** Every page of a list, as a program walks it. */
async function walk<Item>(
  list: (page: { limit: number; cursor: string | undefined }) => Promise<{ items: Item[]; next_cursor: string | null }>,
  limit: number,
  between: () => Promise<unknown> = async () => {},
): Promise<Item[]> {
  const seen: Item[] = [];
  let cursor: string | undefined;
  for (;;) {
    const { items, next_cursor } = await list({ limit, cursor });
    expect(items.length).toBeLessThanOrEqual(limit);
    seen.push(...items);
    if (next_cursor === null) return seen;
    expect(items).toHaveLength(limit);
    cursor = decodeCursor(next_cursor) ?? '';
    await between();
  }
}

/** Puts sends into the log as they are written, newest last. */
const logSends = (connector_id: string, count: number, of = organization) =>
  platform.database.connectorSend.createManyAndReturn({
    data: Array.from({ length: count }, (_, index) => ({
      organization_id: of.id,
      connector_id,
      source: index % 3 === 0 ? 'api' : 'test',
      action: 'send_message',
      actor_type: 'user',
      actor_id: 'u',
      actor_name: 'Ada',
      ok: index % 2 === 0,
      status: index % 2 === 0 ? 200 : 500,
      duration_ms: index,
      error_code: index % 2 === 0 ? null : 'http_error',
    })),
    select: { id: true },
  });

describe('the list of connectors', () => {
  beforeAll(async () => {
    organization = await createTestOrganization(platform);
    for (let index = 0; index < 23; index += 1) await create(`Paged ${index}`, index % 4 !== 0);
  });

  const names = async (filters: ConnectorFilters = {}) =>
    (await listConnectors(organization.scope(), { limit: 200, ...filters })).items.map(({ name }) => name);

  test.each([1, 2, 5, 22, 23, 24])(
    'is walked in pages of %i without a skip or a repeat, newest first',
    async (limit) => {
      const seen = await walk((page) => listConnectors(organization.scope(), page), limit);
      expect(seen.map(({ name }) => name)).toEqual(Array.from({ length: 23 }, (_, index) => `Paged ${22 - index}`));
    },
  );

  test('is walked to its end while new ones are made', async () => {
    let made = 0;
    const seen = await walk(
      (page) => listConnectors(organization.scope(), page),
      5,
      async () => {
        made += 1;
        const { id } = await create(`Made meanwhile ${made}`);
        await platform.database.connector.delete({ where: { id } });
        await create(`Made and kept ${made}`);
      },
    );
    expect(seen.map(({ name }) => name)).toEqual(Array.from({ length: 23 }, (_, index) => `Paged ${22 - index}`));
    await platform.database.connector.deleteMany({ where: { name: { startsWith: 'Made' } } });
  });

  test('is filtered by state, by type and by a part of the name in any case', async () => {
    expect(await names({ enabled: false })).toHaveLength(6);
    expect(await names({ enabled: true })).toHaveLength(17);
    expect(await names({ type: 'n8n_webhook', search: 'PAGED 1', enabled: true })).toHaveLength(9);
    expect(await names({ search: 'nowhere' })).toEqual([]);
  });

  test('is searched for what was typed: % and _ and \\ stand for themselves', async () => {
    for (const name of ['100% sure', '1000 sure', 'a_b', 'axb', 'back\\slash']) await create(name);
    expect(await names({ search: '0%' })).toEqual(['100% sure']);
    expect(await names({ search: '%' })).toEqual(['100% sure']);
    expect(await names({ search: 'a_b' })).toEqual(['a_b']);
    expect(await names({ search: '_' })).toEqual(['a_b']);
    expect(await names({ search: 'k\\s' })).toEqual(['back\\slash']);
    expect(await names({ search: `'; drop table connector; --` })).toEqual([]);
  });

  test('is the organization’s own', async () => {
    const other = await createTestOrganization(platform);
    await create('Theirs', true, other);
    expect(await names({ search: 'Theirs' })).toEqual([]);
    expect((await listConnectors(other.scope(), { limit: 200 })).items.map(({ name }) => name)).toEqual(['Theirs']);
  });

  test('refuses a search that no name could match and PostgreSQL could not read', async () => {
    const caller = connectorsRouter.createCaller({
      platform,
      caller: { kind: 'api_key', id: 'k', name: 'Program', organization_id: organization.id, scopes: ['read'] },
      ip: null,
      user_agent: null,
      host: null,
    });
    await expect(caller.list({ search: 'a\u0000b' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(caller.list({ search: '\ud800' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('shows each one’s last send', async () => {
    const [sent, silent] = [await create('Sent'), await create('Silent')];
    const last = (await logSends(sent.id, 7)).at(-1);
    const { items } = await listConnectors(organization.scope(), { limit: 2 });
    expect(items.map(({ id, last_send }) => [id, last_send])).toEqual([
      [silent.id, null],
      [sent.id, { id: last?.id, at: expect.any(Date), ok: true, status: 200, error_code: null, duration_ms: 6 }],
    ]);
  });
});

describe('the log of sends', () => {
  let connector: string;
  let ids: string[];
  beforeAll(async () => {
    organization = await createTestOrganization(platform);
    connector = await organization.connectorId();
    ids = (await logSends(connector, 57)).map(({ id }) => id).toReversed();
    await logSends(await organization.connectorId(), 10);
  });

  test.each([1, 10, 56, 57, 200])(
    'is walked in pages of %i without a skip or a repeat, newest first',
    async (limit) => {
      const seen = await walk((page) => listSends(organization.scope(), { id: connector, ...page }), limit);
      expect(seen.map(({ id }) => id)).toEqual(ids);
    },
  );

  test('is filtered by source and by what came of it', async () => {
    const count = async (filters: { source?: string; ok?: boolean }) =>
      (await listSends(organization.scope(), { id: connector, limit: 200, ...filters })).items.length;
    expect(await count({ source: 'api' })).toBe(19);
    expect(await count({ source: 'agent' })).toBe(0);
    expect(await count({ ok: false })).toBe(28);
    expect(await count({ source: 'api', ok: true })).toBe(10);
  });

  test('of another organization’s connector is as if it did not exist', async () => {
    const other = await createTestOrganization(platform);
    await expect(listSends(other.scope(), { id: connector, limit: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('a connector whose secrets do not open is listed without them, and hides no other', async () => {
  const moved = await createTestOrganization(platform);
  const broken = await create('Broken', true, moved);
  const sound = await create('Sound', true, moved);
  await platform.database.connector.update({ where: { id: broken.id }, data: { sealed_secrets: 'not sealed by us' } });
  const { items } = await listConnectors(moved.scope(), { limit: 10 });
  expect(items.map(({ id, config }) => ({ id, config }))).toEqual([
    { id: sound.id, config: { webhook_url: 'https://n8n.example.com/••••••' } },
    { id: broken.id, config: {} },
  ]);
});
