import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllowList } from '#core/net/public-address.ts';
import { MASK } from '#core/text/mask.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
  uniqueName,
} from '#testing/test-platform.ts';
import { createConnector } from './create-connector.ts';
import { deleteConnector } from './delete-connector.ts';
import { getConnector } from './get-connector.ts';
import { listConnectors } from './list-connectors.ts';
import { createConnectorInput } from './schema.ts';
import { updateConnector } from './update-connector.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

const body = (given: Record<string, unknown> = {}) => ({
  name: 'Sales Slack Webhook',
  type: 'n8n_webhook',
  config: { webhook_url: 'https://n8n.your-domain.com/webhook/abc123' },
  ...given,
});
const create = (given: Record<string, unknown> = {}, to = organization) =>
  createConnector(to.scope(), createConnectorInput.parse(body(given)));
const auditOf = (id: string) =>
  platform.database.auditLog.findMany({ where: { target_id: id }, orderBy: { id: 'asc' } });

beforeAll(async () => {
  organization = await createTestOrganization(platform);
});

describe('a new connector', () => {
  test('is made of the documented body, as it is', async () => {
    const connector = await create();
    expect(connector).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: 'Sales Slack Webhook',
      type: 'n8n_webhook',
      enabled: true,
      config: { webhook_url: `https://n8n.your-domain.com/${MASK}` },
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
      version: expect.stringMatching(/^[\w-]+$/),
      last_send: null,
    });
    expect(await getConnector(organization.scope(), connector.id)).toEqual(connector);
  });

  test('is audited with its secrets masked', async () => {
    const { id, name } = await create({ name: uniqueName('Audited'), enabled: false });
    expect(await auditOf(id)).toMatchObject([
      {
        organization_id: organization.id,
        actor_name: 'Ada Test',
        action: 'connector.created',
        target_type: 'connector',
        target_name: name,
        ip: '192.0.2.7',
        user_agent: 'vitest',
        details: {
          type: 'n8n_webhook',
          enabled: false,
          config: { webhook_url: `https://n8n.your-domain.com/${MASK}` },
        },
      },
    ]);
  });

  test('has a name of its own in its organization; another one may use it as well', async () => {
    const name = uniqueName('Taken');
    await create({ name });
    await expect(create({ name: ` ${name} ` })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `There is already a connector with the name "${name}". Choose another name.`,
      issues: [{ path: ['name'] }],
    });
    expect(await create({ name }, await createTestOrganization(platform))).toMatchObject({ name });
  });

  test('is one, when two of the same name are made at once', async () => {
    const name = uniqueName('Race');
    const both = await Promise.allSettled([create({ name }), create({ name })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
    expect((await listConnectors(organization.scope(), { search: name, limit: 10 })).items).toHaveLength(1);
  });

  test('is not made when its audit row cannot be written', async () => {
    const name = uniqueName('Unaudited');
    await platform.pool.query('alter table dataintel.audit_log rename to audit_log_away');
    try {
      await expect(create({ name })).rejects.toThrow();
    } finally {
      await platform.pool.query('alter table dataintel.audit_log_away rename to audit_log');
    }
    expect((await listConnectors(organization.scope(), { search: name, limit: 10 })).items).toEqual([]);
    await create({ name });
  });

  test('cannot be made of a mask', async () => {
    const config = { webhook_url: `https://n8n.your-domain.com/${MASK}` };
    await expect(create({ name: uniqueName('Mask'), config })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: ['config', 'webhook_url'] }],
    });
  });
});

describe('the body of a new connector is refused', () => {
  const url = (webhook_url: unknown) => ({ config: { webhook_url } });
  test.each<[string, Record<string, unknown>, string]>([
    ['without a name', { name: undefined }, 'name'],
    ['with an empty name', { name: '  ' }, 'name'],
    ['with a line break in its name', { name: 'two\nlines' }, 'name'],
    ['with a NUL in its name', { name: 'a\u0000b' }, 'name'],
    ['with half a character in its name', { name: 'a\ud800b' }, 'name'],
    ['with a name of 101 characters', { name: 'x'.repeat(101) }, 'name'],
    ['with an unknown type', { type: 'fax' }, 'type'],
    ['with an unknown field', { colour: 'red' }, ''],
    ['with a config that is no object', { config: 'https://n8n.example.com' }, 'config'],
    ['without a URL', url(undefined), 'config.webhook_url'],
    [
      'with an unknown field in its config',
      { config: { ...url('https://n8n.example.com/').config, token: 'x' } },
      'config',
    ],
    ['with a URL that is none', url('n8n.example.com/webhook'), 'config.webhook_url'],
    ['with a URL that is not of the web', url('ftp://n8n.example.com/'), 'config.webhook_url'],
    ['with a URL that carries a password', url('https://ada:hunter2@n8n.example.com/'), 'config.webhook_url'],
    ['with a URL of 2,001 characters', url(`https://n8n.example.com/${'x'.repeat(1977)}`), 'config.webhook_url'],
    ['with an enabled that is a word', { enabled: 'yes' }, 'enabled'],
  ])('%s', (_, given, field) => {
    const { error } = createConnectorInput.safeParse(body(given));
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});

describe('a deleted connector', () => {
  test('goes with its whole log of sends, however long, and with no other’s', async () => {
    const { id } = await create({ name: uniqueName('Long log') });
    const { id: other } = await create({ name: uniqueName('Other log') });
    const rows = (connector_id: string, count: number) =>
      Array.from({ length: count }, () => ({
        organization_id: organization.id,
        connector_id,
        source: 'test',
        action: 'send_message',
        actor_type: 'system',
        actor_id: 'test',
        actor_name: 'Test',
        ok: true,
        duration_ms: 1,
      }));
    await platform.database.connectorSend.createMany({ data: [...rows(id, 4_500), ...rows(other, 2)] });
    await deleteConnector(organization.scope(), id);
    expect(await platform.database.connectorSend.count({ where: { connector_id: id } })).toBe(0);
    expect(await platform.database.connectorSend.count({ where: { connector_id: other } })).toBe(2);
  });

  test('is gone with its log of sends, and is audited', async () => {
    const { id, name } = await create({ name: uniqueName('Deleted') });
    await deleteConnector(organization.scope(), id);
    await expect(getConnector(organization.scope(), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await auditOf(id)).toMatchObject([
      { action: 'connector.created' },
      { action: 'connector.deleted', target_name: name },
    ]);
    await expect(deleteConnector(organization.scope(), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await auditOf(id)).toHaveLength(2);
    await create({ name });
  });

  test('is there still when its audit row could not be written', async () => {
    const { id } = await create({ name: uniqueName('Kept') });
    await platform.pool.query('alter table dataintel.audit_log rename to audit_log_away');
    try {
      await expect(deleteConnector(organization.scope(), id)).rejects.toThrow();
    } finally {
      await platform.pool.query('alter table dataintel.audit_log_away rename to audit_log');
    }
    expect(await getConnector(organization.scope(), id)).toMatchObject({ id });
  });

  test('is not another organization’s', async () => {
    const { id } = await create({ name: uniqueName('Mine') });
    const other = await createTestOrganization(platform);
    await expect(deleteConnector(other.scope(), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await getConnector(organization.scope(), id)).toMatchObject({ id });
  });
});

describe('a URL with a port of another protocol', () => {
  const at = (port: string) => ({ webhook_url: `https://n8n.example.com${port}/webhook/abc123` });
  const refusal = {
    code: 'BAD_REQUEST',
    issues: [
      { path: ['config', 'webhook_url'], message: expect.stringMatching(/^Port 6379 belongs to a protocol other/) },
    ],
  };
  const createAt = (config: { webhook_url: string }, scope = organization.scope()) =>
    createConnector(scope, { name: uniqueName('Port'), type: 'n8n_webhook', config, enabled: true });

  test('is refused when a connector is made or changed, and nothing is stored', async () => {
    const before = await platform.database.connector.count();
    await expect(createAt(at(':6379'))).rejects.toMatchObject(refusal);
    expect(await platform.database.connector.count()).toBe(before);
    const { id } = await createAt(at(''));
    await expect(updateConnector(organization.scope(), { id, config: at(':6379') })).rejects.toMatchObject(refusal);
    expect((await updateConnector(organization.scope(), { id, config: at(':5678') })).dropped_secrets).toEqual([]);
  });

  test('is taken where EGRESS_ALLOW opens the port for its host, and for no other host', async () => {
    const parsed = parseAllowList('n8n.example.com:6379');
    if (!parsed.ok) throw new Error('The list cannot be read.');
    const scope = organization.scope({ egressAllow: parsed.allow });
    await createAt(at(':6379'), scope);
    await expect(createAt({ webhook_url: 'https://other.example.com:6379/' }, scope)).rejects.toMatchObject(refusal);
  });
});
