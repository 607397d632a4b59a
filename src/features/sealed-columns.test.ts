import { afterAll, beforeAll, expect, test } from 'vitest';
import { handleRest } from '#api/rest.ts';
import { MASK } from '#core/text/mask.ts';
import { runDeliveries } from '#features/engine/run-deliveries.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { json } from '#testing/receiver-answers.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
  uniqueName,
} from '#testing/test-platform.ts';
import { publishRow, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import type { ConnectorType } from './connectors/connector-type.ts';
import { type ConnectorTypeName, connectorTypes } from './connectors/registry.ts';
import { sealedColumns } from './sealed-columns.ts';

/** Sealed texts of the installation itself: opened by rules of their own, sent nowhere. */
const OF_THE_INSTALLATION = ['installation.sealed_auth_secret'];
const VALUE = 'Bearer the-sealed-value';

let platform: OpenPlatform;
let organization: TestOrganization;
let first: Receiver;
let second: Receiver;
let key: string;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  key = await createTestApiKey(organization.scope(), ['read', 'write']);
  [first, second] = [await startReceiver(), await startReceiver()];
});
afterAll(async () => {
  await first.close();
  await second.close();
  await platform.close();
});

/** A program with a key that may write, and nothing else. */
async function call(method: string, path: string, body?: unknown) {
  const headers = { authorization: `Bearer ${key}` };
  const response = await handleRest(
    platform,
    new Request(`http://localhost:3000${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  );
  return { status: response.status, body: await response.json() };
}

const audited = (id: string) =>
  platform.database.auditLog.findFirst({ where: { target_id: id }, orderBy: { id: 'desc' } });

/** What is tried on each sealed text that requests carry. */
const moves: Record<string, () => Promise<void>> = {
  async 'webhook.sealed_headers'() {
    const { id } = await subscribe(organization, `${first.url}/hooks`, {
      headers: { Authorization: VALUE, 'X-Team': 'the-team-of-it' },
    });
    const path = `/api/webhooks/${id}`;
    const sentBy = async (receiver: Receiver) => {
      const before = receiver.requests.length;
      await call('POST', `${path}/test`, {});
      return receiver.requests[before]?.headers;
    };
    // The same server, with the mask carried back: kept.
    const kept = await call('PATCH', path, { target_url: `${first.url}/other`, headers: { Authorization: MASK } });
    expect(kept).toMatchObject({ status: 200, body: { dropped_secrets: [], headers: { Authorization: MASK } } });
    expect(await sentBy(first)).toMatchObject({ authorization: VALUE });

    const moved = await call('PATCH', path, {
      target_url: second.url,
      headers: { Authorization: MASK, 'X-New': 'new' },
    });
    expect(moved).toMatchObject({
      status: 200,
      body: { target_url: second.url, headers: { 'X-New': MASK }, dropped_secrets: ['Authorization'] },
    });
    expect(await audited(id)).toMatchObject({ details: { dropped_secrets: ['Authorization'], headers: ['X-New'] } });
    const sent = await sentBy(second);
    expect(sent).toMatchObject({ 'x-new': 'new' });
    expect(sent).not.toHaveProperty('authorization');
    // In a second step, by its mask: there is nothing to keep. And the way back brings nothing back.
    expect(await call('PATCH', path, { headers: { Authorization: MASK } })).toMatchObject({ status: 400 });
    const back = await call('PATCH', path, { target_url: `${first.url}/hooks` });
    expect(back.body).toMatchObject({ headers: {}, dropped_secrets: ['X-New'] });
    expect(await sentBy(first)).not.toHaveProperty('authorization');
    // Given again in the same call: sent.
    const given = await call('PATCH', path, { target_url: second.url, headers: { Authorization: VALUE } });
    expect(given.body).toMatchObject({ headers: { Authorization: MASK }, dropped_secrets: [] });
    expect(await sentBy(second)).toMatchObject({ authorization: VALUE });
  },

  async 'connector.sealed_secrets'() {
    const configs: Record<
      (typeof connectorTypes)[number]['type'],
      { config: Record<string, unknown>; moved: boolean }
    > = {
      n8n_webhook: { config: { webhook_url: `${first.url}/webhook/abc123` }, moved: true },
      twilio_messaging: {
        config: { account_sid: `AC${'0'.repeat(32)}`, auth_token: 'token-1234', from: '+14155238886' },
        moved: false,
      },
    };
    for (const each of connectorTypes as readonly unknown[] as readonly ConnectorType[]) {
      const { config, moved } = configs[each.type as ConnectorTypeName];
      // The field that leads somewhere is the secret itself, or Twilio's address is this installation's matter.
      expect(each.destination(config) !== null, each.type).toBe(moved);
    }
    const { config } = configs.n8n_webhook;
    const { body: made } = await call('POST', '/api/connectors', {
      name: uniqueName('Moved'),
      type: 'n8n_webhook',
      config,
    });
    const path = `/api/connectors/${made.id}`;
    const shown = made.config.webhook_url as string;
    expect(shown).toBe(`${first.url}/${MASK}`);
    const masked = await call('PATCH', path, { config: { webhook_url: shown.replace(first.url, second.url) } });
    expect(masked.status).toBe(400);
    const before = second.requests.length;
    await call('POST', `${path}/test`, { message: 'Hello' });
    expect(second.requests).toHaveLength(before);
    expect(first.requests.at(-1)).toMatchObject({ path: '/webhook/abc123' });
    const moved = await call('PATCH', path, { config: { webhook_url: `${second.url}/webhook/new` } });
    expect(moved).toMatchObject({ status: 200, body: { dropped_secrets: [] } });
    await call('POST', `${path}/test`, { message: 'Hello' });
    expect(second.requests.slice(before).map(({ path: at }) => at)).toEqual(['/webhook/new']);
  },
};

test('every sealed column of the database is in the list that a rotation and a move go by', async () => {
  const { rows } = await platform.pool.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
      where column_name like '%sealed%' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const known = [...sealedColumns.map(({ table, column }) => `${table}.${column}`), ...OF_THE_INSTALLATION];
  expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(known));
});

const sent = sealedColumns.filter(({ destination }) => destination !== null);

test.each(sent.map(({ table, column }) => `${table}.${column}`))(
  'a key with write cannot read %s by moving its destination to another host',
  async (name) => {
    const move = moves[name];
    if (!move) throw new Error(`${name} has a destination: write the case that moves it.`);
    await move();
  },
);

test('a retry that was queued for the old host reaches the new one without the headers of the old', async () => {
  await using failing = await startReceiver(json({ error: true }, 500));
  const { id } = await subscribe(organization, failing.url, { headers: { Authorization: VALUE } });
  const running = runDeliveries(platform, { sweepMs: 50 });
  try {
    await publishRow(organization, 1);
    await until('the first attempt', () => failing.requests.length > 0);
    const before = second.requests.length;
    const moved = await call('PATCH', `/api/webhooks/${id}`, { target_url: second.url });
    expect(moved.body.dropped_secrets).toEqual(['Authorization']);
    const [delivery] = (await call('GET', `/api/webhooks/${id}/deliveries`)).body.items;
    await call('POST', `/api/deliveries/${delivery.id}/retry`, {});
    await until('the retry', () => second.requests.length > before);
    expect(failing.requests[0]?.headers).toMatchObject({ authorization: VALUE });
    expect(second.requests.at(-1)?.headers).not.toHaveProperty('authorization');
  } finally {
    await running.stop();
  }
});
