import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiKey } from '#features/people/api-keys/create-api-key.ts';
import { createResetLink } from '#features/people/passwords/create-reset-link.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { text } from '#testing/receiver-answers.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, createTestUser } from '#testing/test-platform.ts';
import { createConnector } from './create-connector.ts';
import { deleteConnector } from './delete-connector.ts';
import { sendThroughConnector } from './send-through-connector.ts';
import { updateConnector } from './update-connector.ts';

let platform: OpenPlatform;
let receiver: Receiver;
beforeAll(async () => {
  platform = await createTestPlatform();
  receiver = await startReceiver((response, request) => text(`Cannot POST ${request.path}`, 404)(response, request));
});
afterAll(async () => {
  await receiver.close();
  await platform.close();
});

/** Every row of every table, whatever its columns, as PostgreSQL prints it. */
async function everyRow(): Promise<Map<string, string[]>> {
  const { rows: tables } = await platform.pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const found = new Map<string, string[]>();
  for (const { name } of tables) {
    const { rows } = await platform.pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    found.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return found;
}

test('no secret stands in any table in plain after everything that can be done with a connector', async () => {
  const organization = await createTestOrganization(platform);
  const scope = organization.scope();
  const [first, second] = ['s3cretFirst', 's3cretSecond'];
  const webhookUrl = (secret: string) => `${receiver.url}/webhook/${secret}?token=${secret}-token`;
  const make = (name: string) =>
    createConnector(scope, { name, type: 'n8n_webhook', config: { webhook_url: webhookUrl(first) }, enabled: true });

  const { id } = await make('Kept');
  await sendThroughConnector(scope, id, { message: `Do you know ${webhookUrl(first)}?` }, 'test');
  await updateConnector(scope, { id, name: 'Renamed', config: { webhook_url: webhookUrl(second) } });
  await sendThroughConnector(scope, id, { message: 'hello', metadata: { url: webhookUrl(second) } }, 'api');
  await updateConnector(scope, { id, enabled: false });
  await sendThroughConnector(scope, id, { message: 'hello' }, 'agent');
  await deleteConnector(scope, (await make('Deleted')).id);
  expect(receiver.requests.map(({ path }) => path)).toEqual([
    `/webhook/${first}?token=${first}-token`,
    `/webhook/${second}?token=${second}-token`,
  ]);

  const user = await createTestUser(platform, organization, 'owner');
  const { key } = await createApiKey(scope, { name: 'Key', scopes: ['read'] });
  const link = await createResetLink(platform, user.email, { type: 'system', id: 'cli', name: 'Command line' });

  const rows = await everyRow();
  expect(rows.get('public.connector_send')).toHaveLength(3);
  expect(rows.get('public.connector')?.join()).toContain('v1.');
  expect(rows.get('dataintel.audit_log')?.length).toBeGreaterThanOrEqual(6);
  const secrets = [
    first,
    second,
    key,
    key.slice(12),
    link.split('=')[1] ?? '',
    user.password,
    platform.secrets.authSecret,
  ];
  for (const [table, texts] of rows) {
    for (const secret of secrets)
      expect(
        texts.filter((row) => row.includes(secret)),
        `${secret} in ${table}`,
      ).toEqual([]);
  }
});
