import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MASK } from '#core/text/mask.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import {
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
  uniqueName,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { getConnector } from './get-connector.ts';
import { openConfig } from './open-config.ts';
import { updateConnectorInput } from './schema.ts';
import { updateConnector } from './update-connector.ts';

const URL = 'https://n8n.example.com/webhook/abc123';
const MASKED = `https://n8n.example.com/${MASK}`;

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const create = () => organization.connectorId(URL);
const update = (id: string, change: Record<string, unknown>, of = organization) =>
  updateConnector(of.scope(), updateConnectorInput.parse({ id, ...change }));
const urlOf = async (id: string) => {
  const row = await platform.database.connector.findUniqueOrThrow({ where: { id } });
  return (await openConfig(platform.secrets, row)).config.webhook_url;
};
const lastAudit = (id: string) =>
  platform.database.auditLog.findFirst({ where: { target_id: id }, orderBy: { id: 'desc' } });

describe('changing a connector', () => {
  test('changes what is given and keeps the rest', async () => {
    const id = await create();
    const before = await getConnector(organization.scope(), id);
    const disabled = await update(id, { enabled: false });
    const { updated_at, version } = disabled;
    expect(disabled).toEqual({ ...before, enabled: false, updated_at, version, dropped_secrets: [] });
    expect(version).not.toBe(before.version);
    expect(disabled.updated_at.getTime()).toBeGreaterThanOrEqual(before.updated_at.getTime());
    const name = uniqueName('Renamed');
    expect(await update(id, { name })).toMatchObject({ name, enabled: false, config: { webhook_url: MASKED } });
    expect(await urlOf(id)).toBe(URL);
  });

  test.each<[string, Record<string, unknown>]>([
    ['is left out of the config', { config: {} }],
    ['comes back as its mask', { config: { webhook_url: MASKED } }],
    ['comes back in a whole connector', { name: uniqueName('Whole'), enabled: true, config: { webhook_url: MASKED } }],
  ])('keeps a secret that %s, and does not say that it changed', async (_, change) => {
    const id = await create();
    expect(await update(id, change)).toMatchObject({ config: { webhook_url: MASKED } });
    expect(await urlOf(id)).toBe(URL);
    const { details } = (await lastAudit(id)) ?? {};
    expect(details).not.toHaveProperty('changed');
  });

  test('sets a new secret, and says that it changed without telling it', async () => {
    const id = await create();
    const fresh = 'https://n8n.example.com/webhook/def456';
    expect(await update(id, { config: { webhook_url: fresh } })).toMatchObject({ config: { webhook_url: MASKED } });
    expect(await urlOf(id)).toBe(fresh);
    const noted = await lastAudit(id);
    expect(noted).toMatchObject({ details: { changed: ['webhook_url'], config: { webhook_url: MASKED } } });
    expect(JSON.stringify(noted)).not.toContain('def456');
  });

  test.each<[string, unknown]>([
    ['a mask that was edited', `${MASKED}/more`],
    ['the mask of another host', `https://other.example.com/${MASK}`],
    ['the bare mask', MASK],
    ['nothing, for what it needs', null],
    ['what is no URL', 'n8n'],
    ['a number', 42],
  ])('refuses %s as a secret, and changes nothing', async (_, webhook_url) => {
    const id = await create();
    await expect(update(id, { name: uniqueName('Never'), config: { webhook_url } })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: ['config', 'webhook_url'] }],
    });
    expect(await urlOf(id)).toBe(URL);
    expect((await lastAudit(id))?.action).toBe('connector.created');
    expect((await getConnector(organization.scope(), id)).name).not.toMatch(/^Never/);
  });

  test('by its id in capitals seals a new secret so that it opens again', async () => {
    const id = await create();
    await update(id.toUpperCase(), { config: { webhook_url: 'https://n8n.example.com/webhook/xyz789' } });
    expect(await urlOf(id)).toBe('https://n8n.example.com/webhook/xyz789');
    expect(await lastAudit(id)).toMatchObject({ action: 'connector.updated' });
  });

  test('refuses a field that its type does not know', async () => {
    const id = await create();
    await expect(update(id, { config: { colour: 'red' } })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: ['config', 'colour'] }],
    });
  });

  test('refuses another type: that is another connector', async () => {
    const id = await create();
    expect(updateConnectorInput.safeParse({ id, type: 'n8n_webhook' }).success).toBe(false);
  });

  test('to a name that is taken is a conflict, and changes nothing', async () => {
    const [id, other] = [await create(), await create()];
    const { name } = await getConnector(organization.scope(), other);
    await expect(update(id, { name, enabled: false })).rejects.toMatchObject({
      code: 'CONFLICT',
      issues: [{ path: ['name'] }],
    });
    expect(await getConnector(organization.scope(), id)).toMatchObject({ enabled: true });
    expect(await update(other, { name })).toMatchObject({ name });
  });

  test('is not done when its audit row cannot be written', async () => {
    const id = await create();
    await platform.pool.query('alter table dataintel.audit_log rename to audit_log_away');
    try {
      await expect(
        update(id, { enabled: false, config: { webhook_url: 'https://n8n.example.com/x' } }),
      ).rejects.toThrow();
    } finally {
      await platform.pool.query('alter table dataintel.audit_log_away rename to audit_log');
    }
    expect(await getConnector(organization.scope(), id)).toMatchObject({ enabled: true });
    expect(await urlOf(id)).toBe(URL);
  });

  test('by two at the same time loses neither change', async () => {
    const id = await create();
    const changes = [{ enabled: false }, { config: { webhook_url: 'https://n8n.example.com/y' } }];
    const both = await inTransaction(platform.database, async (tx) => {
      await tx.$queryRaw`select 1 from connector where id = ${id}::uuid for update`;
      const updates = changes.map((change) => update(id, change));
      await until('both wait to write', async () => {
        const { rows } = await platform.pool.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows.length === 2;
      });
      return { settled: Promise.allSettled(updates) };
    });
    const settled = await both.settled;
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await getConnector(organization.scope(), id)).toMatchObject({ enabled: false });
    expect(await urlOf(id)).toBe('https://n8n.example.com/y');
    expect(await platform.database.auditLog.count({ where: { target_id: id, action: 'connector.updated' } })).toBe(2);
  });

  test('of another organization is as if it did not exist', async () => {
    const id = await create();
    const other = await createTestOrganization(platform);
    await expect(update(id, { enabled: false }, other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(getConnector(other.scope(), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await getConnector(organization.scope(), id)).toMatchObject({ enabled: true });
  });
});

test('a secret that was put into another connector’s row does not open there', async () => {
  const [id, other] = [await create(), await create()];
  await platform.pool.query(
    'update connector set sealed_secrets = (select sealed_secrets from connector where id = $1) where id = $2',
    [id, other],
  );
  await expect(urlOf(other)).rejects.toThrow('The stored secret of this connector can');
  expect(await getConnector(organization.scope(), other)).toMatchObject({ config: {} });
  await platform.pool.query('delete from connector where id = $1', [other]);
});
