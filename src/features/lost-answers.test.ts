import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putEventType } from '#features/event-types/put-event-type.ts';
import { createApiKey } from '#features/people/api-keys/create-api-key.ts';
import { createWebhook } from '#features/webhooks/create-webhook.ts';
import { rotateSecret } from '#features/webhooks/rotate-secret.ts';
import { createWebhookInput } from '#features/webhooks/schema.ts';
import { type CuttingProxy, startCuttingProxy } from '#testing/cutting-proxy.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import {
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
  uniqueName,
} from '#testing/test-platform.ts';
import type { OpenPlatform } from '../platform/open-platform.ts';
import { openPlatform } from '../platform/open-platform.ts';
import { createConnector } from './connectors/create-connector.ts';
import { sendThroughConnector } from './connectors/send-through-connector.ts';
import { recoverDeliveries } from './deliveries/recover-deliveries.ts';
import { retryDelivery } from './deliveries/retry-delivery.ts';
import { sendTest } from './deliveries/send-test.ts';
import { createRun } from './pipeline-runs/create-run.ts';
import { updateRun } from './pipeline-runs/update-run.ts';

let platform: OpenPlatform;
let proxy: CuttingProxy;
/** On the same database, through a network that loses answers. */
let console_: OpenPlatform;
let organization: TestOrganization;
let receiver: Receiver;
beforeAll(async () => {
  platform = await createTestPlatform();
  proxy = await startCuttingProxy(platform.config.databaseUrl ?? '');
  console_ = await openPlatform(platform.config, platform.log, proxy.connectionString);
  organization = await createTestOrganization(console_);
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await console_.close();
  await proxy.close();
  await platform.close();
});

const count = async (table: string, where = 'true') => {
  const { rows } = await platform.pool.query<{ count: number }>(`select count(*)::int from ${table} where ${where}`);
  return rows[0]?.count;
};

/** A webhook with a delivery that has failed. */
async function failedDelivery() {
  const webhook_id = await organization.webhookId();
  const event_id = await organization.eventId();
  const { rows } = await platform.pool.query<{ id: string }>(
    `with gone as (delete from delivery_pending where webhook_id = $1 returning *)
     insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status, reason,
         attempt_count, deadline_at)
       select id, organization_id, webhook_id, event_id, event_type, 'event', created_at, 'failed', 'gave_up', 3, now()
         from gone returning id::text`,
    [webhook_id],
  );
  return { webhook_id, event_id, id: rows[0]?.id ?? '' };
}

type Write = {
  what: string;
  /** What is there before. @returns the write, whose answer is lost. */
  write: () => Promise<() => Promise<unknown>>;
  made: () => Promise<unknown>;
  /** How much of it there is after. */
  expected: number;
};

const WRITES: Write[] = [
  {
    what: 'creating a webhook',
    write: async () => () =>
      createWebhook(
        organization.scope(),
        createWebhookInput.parse({ event_type: '*', target_url: 'http://127.0.0.1:4/lost' }),
      ),
    made: () => count('webhook', `target_url = 'http://127.0.0.1:4/lost'`),
    expected: 1,
  },
  {
    what: 'rotating a secret',
    write: async () => {
      const id = await organization.webhookId();
      return () => rotateSecret(organization.scope(), { id, overlap_hours: 24 });
    },
    made: () => count('dataintel.audit_log', `action = 'webhook.secret_rotated'`),
    expected: 1,
  },
  {
    what: 'creating a connector',
    write: async () => () =>
      createConnector(organization.scope(), {
        name: 'Lost',
        type: 'n8n_webhook',
        config: { webhook_url: 'https://n8n.example.com/webhook/abc' },
        enabled: true,
      }),
    made: () => count('connector', `name = 'Lost'`),
    expected: 1,
  },
  {
    what: 'creating an API key',
    write: async () => () => createApiKey(organization.scope(), { name: 'Lost', scopes: ['read'] }),
    made: () => count('api_key', `name = 'Lost'`),
    expected: 1,
  },
  {
    what: 'putting an event type',
    write: async () => () => putEventType(organization.scope(), { name: 'lost.answer', description: '' }),
    made: () => count('dataintel.audit_log', `action like 'event_type.%' and target_id = 'lost.answer'`),
    expected: 1,
  },
  {
    what: 'recording a pipeline run',
    write: async () => () =>
      createRun(organization.scope(), { recipe_id: 'lost', recipe_name: 'A recipe', status: 'running' }),
    made: () => count('dataintel.pipeline_runs', `recipe_id = 'lost'`),
    expected: 1,
  },
  {
    what: 'changing a pipeline run',
    write: async () => {
      const id = await organization.runId();
      return () => updateRun(organization.scope(), { id, status: 'succeeded' });
    },
    made: () => count('dataintel.pipeline_runs', `status = 'succeeded'`),
    expected: 1,
  },
  {
    what: 'retrying a delivery',
    write: async () => {
      const { id } = await failedDelivery();
      return () => retryDelivery(organization.scope(), id);
    },
    made: () => count('delivery_pending', `origin = 'manual'`),
    expected: 1,
  },
  {
    what: 'recovering deliveries',
    write: async () => {
      await platform.pool.query('delete from delivery_pending');
      const { webhook_id } = await failedDelivery();
      const since = new Date(Date.now() - 60_000);
      const given = { id: webhook_id, since, statuses: ['failed' as const], dry_run: false };
      return () => recoverDeliveries(organization.scope(), given);
    },
    made: () => count('delivery_pending', `origin = 'manual'`),
    expected: 1,
  },
  {
    what: 'sending a test event',
    write: async () => {
      const { id } = await createWebhook(
        organization.scope(),
        createWebhookInput.parse({ event_type: '*', target_url: receiver.url }),
      );
      return () => sendTest(organization.scope(), { id, event_type: 'dataset.updated' });
    },
    made: async () => [await count('event', `origin = 'test'`), receiver.requests.length],
    expected: 1,
  },
];

test.each(WRITES)(
  '$what whose confirmation is lost is done once, and answers as if nothing had happened',
  async ({ write, made, expected }) => {
    const run = await write();
    const before = await made();
    const cut = proxy.cutAt('COMMIT', 'answer');
    const done = run();
    await cut;
    expect(await done).toBeTypeOf('object');
    const after = await made();
    if (Array.isArray(before) && Array.isArray(after)) expect(after.map((one, n) => one - before[n])).toEqual([1, 1]);
    else expect(Number(after) - Number(before)).toBe(expected);
  },
);

test.each(['answer', 'request'] as const)(
  'a send whose entry in the log is confirmed too late (%s lost) is sent once and has one entry',
  async (lost) => {
    receiver.requests.length = 0;
    const id = await organization.connectorId(`${receiver.url}/${randomUUID()}`);
    const cut = proxy.cutAt('record_send', lost);
    const sending = sendThroughConnector(organization.scope(), id, { message: uniqueName('hello') }, 'api');
    await cut;
    const { send_id } = await sending;
    const sends = await platform.database.connectorSend.findMany({ where: { connector_id: id }, select: { id: true } });
    expect(sends).toEqual([{ id: send_id }]);
    expect(receiver.requests).toHaveLength(1);
  },
);
