import { randomBytes } from 'node:crypto';
import { handleAuth } from '#api/auth.ts';
import { createConnector } from '#features/connectors/create-connector.ts';
import { createConnectorInput } from '#features/connectors/schema.ts';
import { publishEvents } from '#features/events/publish-events.ts';
import { createApiKey } from '#features/people/api-keys/create-api-key.ts';
import { authOf } from '#features/people/auth/auth.ts';
import { inviteMember } from '#features/people/members/invite-member.ts';
import { createRun } from '#features/pipeline-runs/create-run.ts';
import { createWebhook } from '#features/webhooks/create-webhook.ts';
import { createWebhookInput } from '#features/webhooks/schema.ts';
import { egressAllowFor, loadConfig } from '#platform/config.ts';
import { createLog } from '#platform/log-files/log.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import type { ApiKeyScope, Role } from '#platform/trpc/procedure.ts';
import { createTestDatabase } from './test-database.ts';
import { TWILIO } from './twilio-double.ts';

/** A name that no other test has. */
export const uniqueName = (word: string): string => `${word} ${randomBytes(6).toString('hex')}`;

/**
 * Opens a platform on a fresh database of its own, with a key of its own; loopback receivers are allowed.
 * @param env further variables, read by the console's own configuration
 * @returns `config.databaseUrl` is the database's address; `close` drops it.
 */
export async function createTestPlatform(env: Record<string, string> = {}): Promise<OpenPlatform> {
  const testDatabase = await createTestDatabase();
  const config = loadConfig({
    DATABASE_URL: testDatabase.connectionString,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    EGRESS_ALLOW: 'localhost,127.0.0.0/8,::1',
    LOG_LEVEL: 'silent',
    ...env,
  });
  const platform = await openPlatform(config, createLog(config.logLevel), testDatabase.connectionString);
  return {
    ...platform,
    async close() {
      await platform.close();
      await testDatabase.close();
    },
  };
}

export type TestOrganization = {
  id: string;
  name: string;
  slug: string;
  /** A scope of this organization, by a person unless told. */
  scope(given?: Partial<Scope>): Scope;
  /** Makes an n8n connector, to `webhookUrl` if given, and tells its id. */
  connectorId(webhookUrl?: string): Promise<string>;
  /** Makes a Twilio connector, with an auth token and a sender unless told. */
  twilioConnectorId(given?: Record<string, unknown>): Promise<string>;
  apiKeyId(): Promise<string>;
  /** Of a pipeline run. */
  runId(): Promise<string>;
  /** Subscribes a receiver that is not there to everything, and tells the webhook's id. */
  webhookId(): Promise<string>;
  /** Of an event to such a webhook. */
  deliveryId(): Promise<string>;
  /** Publishes an event and tells its id. */
  eventId(): Promise<string>;
  /** Of somebody with the role member, who has not signed in. */
  memberId(): Promise<string>;
  /** Of an open invitation. */
  invitationId(): Promise<string>;
};

export async function createTestOrganization(platform: Platform): Promise<TestOrganization> {
  const name = uniqueName('Organization');
  const slug = name.toLowerCase().replaceAll(' ', '-');
  const { id } = await platform.database.organization.create({ data: { name, slug } });
  const scope = (given: Partial<Scope> = {}): Scope => ({
    platform,
    organization_id: id,
    actor: { type: 'user', id: 'user-of-a-test', name: 'Ada Test' },
    ip: '192.0.2.7',
    user_agent: 'vitest',
    egressAllow: egressAllowFor(platform.config, null),
    ...given,
  });
  const webhookId = async () => {
    const target_url = 'http://127.0.0.1:4/hooks';
    return (await createWebhook(scope(), createWebhookInput.parse({ event_type: '*', target_url }))).id;
  };
  const eventId = async () => {
    const data = JSON.stringify({ dataset_id: 'dataset-4' });
    const event = { event_type: 'dataset.updated', data, occurred_at: null, idempotency_key: null };
    const [published] = await publishEvents(scope(), [event], { origin: 'api', isBatch: false });
    return published?.id ?? '';
  };
  const member = (role: Role = 'member') =>
    platform.database.member.create({
      data: {
        role,
        organization: { connect: { id } },
        user: { create: { name: 'Alan Test', email: `${randomBytes(6).toString('hex')}@example.com` } },
      },
    });
  return {
    id,
    name,
    slug,
    scope,
    memberId: async () => (await member()).id,
    async invitationId() {
      const actor = { type: 'user', id: (await member('admin')).userId, name: 'Alan Test' } as const;
      const email = `${randomBytes(6).toString('hex')}@example.com`;
      return (await inviteMember(scope({ actor }), 'admin', { email, role: 'member' })).id;
    },
    async connectorId(webhookUrl = 'https://n8n.example.com/webhook/abc123') {
      const connector = await createConnector(scope(), {
        name: uniqueName('Connector'),
        type: 'n8n_webhook',
        config: { webhook_url: webhookUrl },
        enabled: true,
      });
      return connector.id;
    },
    eventId,
    async twilioConnectorId(given = {}) {
      const { account_sid, auth_token, from } = TWILIO;
      const body = { name: uniqueName('WhatsApp'), type: 'twilio_messaging', enabled: true };
      const config = { account_sid, auth_token, from, ...given };
      return (await createConnector(scope(), createConnectorInput.parse({ ...body, config }))).id;
    },
    webhookId,
    async deliveryId() {
      const webhook_id = await webhookId();
      await eventId();
      const pending = await platform.database.deliveryPending.findFirstOrThrow({ where: { webhook_id } });
      return pending.id;
    },
    apiKeyId: async () => (await createApiKey(scope(), { name: 'A key', scopes: ['read'] })).id,
    runId: async () => (await createRun(scope(), { recipe_id: 'r', recipe_name: 'A recipe', status: 'running' })).id,
  };
}

/** @returns the key itself, as a program sends it. */
export async function createTestApiKey(scope: Scope, scopes: ApiKeyScope[]): Promise<string> {
  return (await createApiKey(scope, { name: uniqueName('Key'), scopes })).key;
}

export type TestUser = { id: string; email: string; password: string; cookie: string };

/** The address that a test's browser has in its address bar. */
export const TEST_ORIGIN = 'http://localhost:3000';

/** A password costs a seventh of a second to hash, and hundreds of people are made: all of a process have this one. */
const PASSWORD = `correct horse ${randomBytes(6).toString('hex')}`;
let hashed: Promise<string> | undefined;

/** A person in an organization, signed in as the sign-in page does it. */
export async function createTestUser(
  platform: Platform,
  organization: Pick<TestOrganization, 'id'>,
  role: Role,
  headers: Record<string, string> = {},
): Promise<TestUser> {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  hashed ??= authOf(platform).$context.then(({ password }) => password.hash(PASSWORD));
  const hash = await hashed;
  const { id } = await platform.database.user.create({
    data: {
      name: 'Grace Test',
      email,
      emailVerified: true,
      members: { create: { organizationId: organization.id, role } },
    },
  });
  // The sign-in library finds the password by the user's own id.
  await platform.database.account.create({
    data: { userId: id, accountId: id, providerId: 'credential', password: hash },
  });
  return { id, email, password: PASSWORD, cookie: cookieOf(await signInAs(platform, email, PASSWORD, headers)) };
}

/** The answer of `POST /api/auth/sign-in/email`. */
export const signInAs = (platform: Platform, email: string, password: string, headers: Record<string, string> = {}) =>
  postAuth(platform, '/sign-in/email', { email, password }, headers);

/** Posts to the sign-in library's routes as a page of the console does. */
export const postAuth = (platform: Platform, path: string, body: unknown, headers: Record<string, string> = {}) =>
  handleAuth(
    platform,
    new Request(`${TEST_ORIGIN}/api/auth${path}`, {
      method: 'POST',
      headers: {
        host: new URL(TEST_ORIGIN).host,
        origin: TEST_ORIGIN,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    }),
  );

/** What a browser sends back of an answer's cookies. */
export function cookieOf(response: Response): string {
  const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
  if (cookies.length === 0) throw new Error(`The answer ${response.status} sets no cookie.`);
  return cookies.join('; ');
}
