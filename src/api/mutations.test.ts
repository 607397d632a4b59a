import { randomBytes } from 'node:crypto';
import { callTRPCProcedure } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readSeenGroups } from '#features/csp/receive/seen-groups.ts';
import { authenticate } from '#features/people/auth/authenticate.ts';
import { ensureSetupToken } from '#features/people/set-up/set-up-token.ts';
import { sourceAddressOf } from '#features/sources/stream/source-connection.ts';
import type { Caller } from '#platform/trpc/procedure.ts';
import { createCspConsole } from '#testing/csp/console.ts';
import { readAllRows, readRowDigests } from '#testing/database-rows.ts';
import { type MailServer, startMailServer } from '#testing/mail-server.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestUser,
  signInAs,
  type TestOrganization,
  type TestUser,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { declaredProcedures } from './rest-routes.ts';
import { appRouter } from './router.ts';

const PUBLIC_URL = 'https://webhooks.example.com';
const ORIGIN = { origin: PUBLIC_URL };

let console_: Awaited<ReturnType<typeof createCspConsole>>;
let mails: MailServer;
let receiver: Receiver;
/** The first organization, which looks after CSP reports and the change stream. */
let mine: TestOrganization;
let theirs: TestOrganization;
let owner: TestUser;
let member: TestUser;
let stranger: TestUser;
beforeAll(async () => {
  [mails, receiver] = await Promise.all([startMailServer(), startReceiver()]);
  const MAIL_FROM = 'Honeyframe <webhooks@example.com>';
  console_ = await createCspConsole({ SMTP_URL: mails.url, MAIL_FROM, PUBLIC_URL });
  mine = console_.organization;
  theirs = await createTestOrganization(console_.platform);
  owner = await createTestUser(console_.platform, mine, 'owner', ORIGIN);
  member = await createTestUser(console_.platform, mine, 'member', ORIGIN);
  stranger = await createTestUser(console_.platform, theirs, 'owner', ORIGIN);
});
afterAll(async () => {
  await console_.close();
  await Promise.all([receiver.close(), mails[Symbol.asyncDispose]()]);
});

const callerOf = ({ cookie }: Pick<TestUser, 'cookie'>): Promise<Caller> =>
  authenticate(console_.platform, new Headers({ cookie }));

async function call(path: string, caller: Caller, input: unknown): Promise<unknown> {
  return callTRPCProcedure({
    router: appRouter,
    path,
    type: 'mutation',
    ctx: { platform: console_.platform, caller, ip: '192.0.2.9', user_agent: 'vitest', host: null },
    getRawInput: () => Promise.resolve(input),
    signal: undefined,
    batchIndex: 0,
  });
}

/** Planted secrets, and those that answers show: they must stand in no row. */
const secrets = new Set<string>();
function plantSecret(): string {
  const secret = randomBytes(18).toString('base64url');
  secrets.add(secret);
  return secret;
}
function randomSecret(): string {
  const secret = randomBytes(32).toString('base64');
  secrets.add(secret);
  return secret;
}

/** What a mutation is called with, once what it needs is there. */
type Prepared = { input: unknown; by?: Pick<TestUser, 'cookie'> };
type Mutation = {
  prepare: () => Promise<Prepared> | Prepared;
  /** The audit rows that one call writes, in order. */
  audits: string[];
  /** Of one that writes none: why. */
  unaudited?: string;
};

const SENT = 'The send is a row of its own, which says who sent it.';
const READ = 'It changes nothing that is kept.';
const OF_PROGRAMS = 'The row itself is the record: programs write thousands a day.';
const nobody = { cookie: '' };

const byId =
  (make: () => Promise<string>, rest: object = {}) =>
  async () => ({ input: { id: await make(), ...rest } });
const given = (input: unknown) => () => ({ input });
const uniqueEmail = () => `${randomBytes(6).toString('hex')}@example.com`;
const connectorTo = () => mine.connectorId(`${receiver.url}/hook`);
const db = () => console_.platform.database;
const somebody = (role: 'owner' | 'admin' | 'member' = 'member') =>
  createTestUser(console_.platform, mine, role, ORIGIN);
const tokenIn = (path: string | undefined) => new URL(path ?? '', PUBLIC_URL).searchParams.get('token') ?? '';
const linkMailedTo = (email: string) => mails.mails.findLast(({ to }) => to.includes(email))?.links[0];

async function noiseRuleId(): Promise<string> {
  const host = `${randomBytes(4).toString('hex')}.example`;
  const rule = await call('csp.noiseRules.create', await callerOf(owner), {
    name: host,
    reason: 'extension',
    hosts: [host],
  });
  return z.object({ id: z.string() }).parse(rule).id;
}

async function groupId(): Promise<string> {
  const blocked = `https://${randomBytes(4).toString('hex')}.example/`;
  await console_.report({ blocked }, new Date());
  const groups = await readSeenGroups(await console_.scope(), new Date());
  return groups.find((group) => group.blocked === blocked)?.id ?? '';
}

async function failedDeliveryId(): Promise<string> {
  const id = await mine.deliveryId();
  await console_.platform.pool.query(
    `with gone as (delete from delivery_pending where id = $1 returning *)
     insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status, reason,
         attempt_count, deadline_at)
       select id, organization_id, webhook_id, event_id, event_type, 'event', created_at, 'failed', 'gave_up', 3, now()
         from gone`,
    [id],
  );
  return id;
}

const failedEventId = async () =>
  (await db().delivery.findFirstOrThrow({ where: { id: await failedDeliveryId() } })).event_id;

const webhookOfFailed = async () =>
  (await db().delivery.findFirstOrThrow({ where: { id: await failedDeliveryId() } })).webhook_id;

async function pausedWebhookId(): Promise<string> {
  const id = await mine.webhookId();
  await call('webhooks.pause', await callerOf(owner), { id });
  return id;
}

async function ownEventType(): Promise<string> {
  const name = `mine.x${randomBytes(4).toString('hex')}`;
  await call('eventTypes.put', await callerOf(owner), { name });
  return name;
}

/** The change stream as a reader left it, which found its slot lost. */
async function source(given: { paused_at?: Date; needs_new_slot?: boolean } = {}): Promise<void> {
  const { shown: address } = sourceAddressOf(console_.platform);
  const row = { slot_name: 'honeyframe_of_a_test', address, paused_at: null, needs_new_slot: false, ...given };
  await db().source.upsert({ where: { database_key: 'test' }, create: { database_key: 'test', ...row }, update: row });
}

async function gapId(): Promise<string> {
  await source();
  await console_.platform.pool.query(
    'create schema if not exists shop; create table if not exists shop.orders (id bigint primary key, updated_at timestamptz)',
  );
  const times = { from_at: new Date('2026-01-01'), until_at: new Date('2026-01-02') };
  const gap = { database_key: 'test', table_name: 'shop.orders', cause: 'slot_lost', detail: 'Lost.', ...times };
  return (await db().sourceGap.create({ data: gap })).id;
}

async function mapping() {
  await gapId();
  return { table: 'shop.orders', operations: ['insert'], event_type: await ownEventType() };
}
const mappingId = async () =>
  z.object({ id: z.string() }).parse(await call('sources.mappings.create', await callerOf(owner), await mapping())).id;

async function signInAgain({ email, password }: Pick<TestUser, 'email' | 'password'>) {
  return { cookie: cookieOf(await signInAs(console_.platform, email, password, ORIGIN)) };
}

async function memberWithTwoFactor(): Promise<string> {
  const { id: userId } = await somebody();
  await db().user.update({ where: { id: userId }, data: { twoFactorEnabled: true } });
  await db().twoFactor.create({ data: { userId, secret: 'sealed', backupCodes: 'sealed' } });
  return (await db().member.findFirstOrThrow({ where: { userId } })).id;
}

const MUTATIONS: Record<string, Mutation> = {
  'account.endSession': {
    async prepare() {
      const { id, ...by } = await somebody();
      const { cookie } = await signInAgain(by);
      const { id: session_id } = await db().session.findFirstOrThrow({
        where: { userId: id },
        orderBy: { createdAt: 'asc' },
      });
      return { input: { session_id }, by: { cookie } };
    },
    audits: ['session.ended'],
  },
  'account.endOtherSessions': {
    prepare: async () => ({ input: {}, by: await signInAgain(await somebody()) }),
    audits: ['session.ended'],
  },
  'account.confirmIdentity': {
    async prepare() {
      const by = await somebody();
      return { input: { password: by.password }, by };
    },
    audits: ['session.confirmed'],
  },
  'account.dismissNotice': {
    async prepare() {
      const by = await somebody();
      await db().securityNotice.create({ data: { user_id: by.id, kind: 'passwords_guessed' } });
      return { input: { kind: 'passwords_guessed' }, by };
    },
    audits: [],
    unaudited: 'It hides a notice from the person who has read it.',
  },
  'account.changeEmail': {
    async prepare() {
      const by = await somebody();
      return { input: { email: uniqueEmail(), password: by.password }, by };
    },
    audits: ['user.email_change_requested'],
  },
  'account.confirmEmail': {
    async prepare() {
      const by = await somebody();
      const email = uniqueEmail();
      await call('account.changeEmail', await callerOf(by), { email, password: by.password });
      return { input: { token: tokenIn(linkMailedTo(email)) }, by };
    },
    audits: ['user.email_changed'],
  },
  'account.changePassword': {
    async prepare() {
      const by = await somebody();
      return { input: { current_password: by.password, new_password: `another ${by.password}` }, by };
    },
    audits: ['user.password_changed'],
  },
  'apiKeys.create': { prepare: given({ name: 'Nightly', scopes: ['read'] }), audits: ['api_key.created'] },
  'apiKeys.revoke': { prepare: byId(() => mine.apiKeyId()), audits: ['api_key.revoked'] },
  'auditLog.verify': { prepare: given({}), audits: [], unaudited: READ },
  'connectors.create': {
    prepare: () => ({
      input: {
        name: `Sales ${randomBytes(3).toString('hex')}`,
        type: 'n8n_webhook',
        config: { webhook_url: `https://n8n.example.com/webhook/${plantSecret()}` },
      },
    }),
    audits: ['connector.created'],
  },
  'connectors.update': {
    prepare: async () => ({
      input: {
        id: await mine.connectorId(),
        config: { webhook_url: `https://n8n.example.com/webhook/${plantSecret()}` },
      },
    }),
    audits: ['connector.updated'],
  },
  'connectors.delete': { prepare: byId(() => mine.connectorId()), audits: ['connector.deleted'] },
  'connectors.test': { prepare: byId(connectorTo, { message: 'Hello' }), audits: [], unaudited: SENT },
  'connectors.check': { prepare: byId(() => mine.twilioConnectorId()), audits: [], unaudited: READ },
  'csp.alerts.update': { prepare: given({ spike_factor: 7 }), audits: ['csp_alerts.updated'] },
  'csp.alerts.test': {
    prepare: async () => ({ input: { connector_id: await connectorTo() } }),
    audits: [],
    unaudited: SENT,
  },
  'csp.noiseRules.create': {
    prepare: given({ name: 'Tracker', reason: 'extension', hosts: ['tracker.example'] }),
    audits: ['csp_noise_rule.created'],
  },
  'csp.noiseRules.update': {
    prepare: byId(noiseRuleId, { hosts: ['other.example'] }),
    audits: ['csp_noise_rule.updated'],
  },
  'csp.noiseRules.delete': { prepare: byId(noiseRuleId), audits: ['csp_noise_rule.deleted'] },
  'csp.noiseRules.preview': { prepare: given({ hosts: ['tracker.example'] }), audits: [], unaudited: READ },
  'csp.muteGroup': { prepare: byId(groupId, { note: 'The old banner.' }), audits: ['csp_group.muted'] },
  'csp.unmuteGroup': {
    async prepare() {
      const id = await groupId();
      await call('csp.muteGroup', await callerOf(owner), { id, note: '' });
      return { input: { id } };
    },
    audits: ['csp_group.unmuted'],
  },
  'deliveries.asCurl': { prepare: byId(() => mine.deliveryId()), audits: [], unaudited: READ },
  'deliveries.resendEvent': { prepare: byId(failedEventId), audits: ['delivery.retried'] },
  'deliveries.retry': { prepare: byId(failedDeliveryId), audits: ['delivery.retried'] },
  'eventTypes.put': { prepare: given({ name: 'orders.paid', description: 'Paid.' }), audits: ['event_type.created'] },
  'eventTypes.update': {
    prepare: async () => ({ input: { name: await ownEventType(), description: 'Changed.' } }),
    audits: ['event_type.updated'],
  },
  'eventTypes.delete': {
    prepare: async () => ({ input: { name: await ownEventType() } }),
    audits: ['event_type.deleted'],
  },
  'events.publish': {
    prepare: given({ event_type: 'dataset.updated', data: { dataset_id: 'd-1' } }),
    audits: [],
    unaudited: OF_PROGRAMS,
  },
  'events.publishBatch': {
    prepare: given({ events: [{ event_type: 'dataset.updated', data: { dataset_id: 'd-2' } }] }),
    audits: [],
    unaudited: OF_PROGRAMS,
  },
  'events.eraseData': { prepare: byId(() => mine.eventId()), audits: ['event.data_erased'] },
  'invitations.create': {
    prepare: () => ({ input: { email: uniqueEmail(), role: 'member' } }),
    audits: ['member.invited'],
  },
  'invitations.revoke': { prepare: byId(() => mine.invitationId()), audits: ['member.invitation_revoked'] },
  'invitations.accept': {
    async prepare() {
      const email = uniqueEmail();
      await call('invitations.create', await callerOf(owner), { email, role: 'member' });
      const token = tokenIn(linkMailedTo(email));
      return { input: { token, name: 'New Test', password: plantSecret() }, by: nobody };
    },
    audits: ['member.joined'],
  },
  'members.changeRole': {
    prepare: byId(() => mine.memberId(), { role: 'admin', unconfirmed_ok: true }),
    audits: ['member.role_changed'],
  },
  'members.changeEmail': {
    prepare: async () => ({ input: { id: await mine.memberId(), email: uniqueEmail() } }),
    audits: ['user.email_changed', 'member.email_changed'],
  },
  'members.remove': { prepare: byId(() => mine.memberId()), audits: ['member.removed'] },
  'members.createResetLink': { prepare: byId(() => mine.memberId()), audits: ['user.reset_link_created'] },
  'members.resetTwoFactor': {
    prepare: byId(memberWithTwoFactor),
    audits: ['user.two_factor_disabled', 'member.two_factor_reset'],
  },
  'members.leave': { prepare: async () => ({ input: {}, by: await somebody() }), audits: ['member.left'] },
  'organization.create': {
    prepare: async () => ({ input: { name: `Second ${randomBytes(3).toString('hex')}` }, by: await somebody() }),
    audits: ['organization.created'],
  },
  'organization.update': { prepare: given({ name: 'Renamed' }), audits: ['organization.updated'] },
  'organizationDeletion.delete': {
    async prepare() {
      const doomed = await createTestOrganization(console_.platform);
      return { input: { name: doomed.name }, by: await createTestUser(console_.platform, doomed, 'owner', ORIGIN) };
    },
    audits: ['organization.deleted'],
  },
  'pipelineRuns.create': {
    prepare: given({ recipe_id: 'r-1', recipe_name: 'Join', status: 'running' }),
    audits: [],
    unaudited: OF_PROGRAMS,
  },
  'pipelineRuns.update': {
    prepare: byId(() => mine.runId(), { status: 'failed' }),
    audits: [],
    unaudited: OF_PROGRAMS,
  },
  'setup.complete': {
    async prepare() {
      const token = await ensureSetupToken(console_.platform);
      const admin = { name: 'First', email: uniqueEmail(), password: plantSecret(), organization_name: 'First' };
      return { input: { token, ...admin }, by: nobody };
    },
    audits: ['installation.set_up'],
  },
  'signIn.requestReset': {
    prepare: async () => ({ input: { email: (await somebody()).email }, by: nobody }),
    audits: ['user.reset_link_created'],
  },
  'sources.pause': {
    async prepare() {
      await source();
      return { input: {} };
    },
    audits: ['source.paused'],
  },
  'sources.resume': {
    async prepare() {
      await source({ paused_at: new Date() });
      return { input: {} };
    },
    audits: ['source.resumed'],
  },
  'sources.renewSlot': {
    async prepare() {
      await source({ needs_new_slot: true });
      return { input: {} };
    },
    audits: ['source.slot_renewed'],
  },
  'sources.gaps.preview': { prepare: byId(gapId), audits: [], unaudited: READ },
  'sources.gaps.startFill': { prepare: byId(gapId), audits: ['source_gap.filled'] },
  'sources.gaps.close': { prepare: byId(gapId), audits: ['source_gap.closed'] },
  'sources.mappings.create': {
    prepare: async () => ({ input: await mapping() }),
    audits: ['source_mapping.created'],
  },
  'sources.mappings.update': { prepare: byId(mappingId, { enabled: false }), audits: ['source_mapping.updated'] },
  'sources.mappings.delete': { prepare: byId(mappingId), audits: ['source_mapping.deleted'] },
  'sources.mappings.preview': {
    prepare: async () => ({ input: await mapping() }),
    audits: [],
    unaudited: READ,
  },
  'webhooks.create': {
    prepare: () => ({
      input: {
        event_type: '*',
        target_url: 'http://127.0.0.1:4/hooks',
        secret: `whsec_${randomSecret()}`,
        headers: { authorization: `Bearer ${plantSecret()}` },
      },
    }),
    audits: ['webhook.created'],
  },
  'webhooks.update': {
    prepare: async () => ({
      input: { id: await mine.webhookId(), headers: { authorization: `Bearer ${plantSecret()}` } },
    }),
    audits: ['webhook.updated'],
  },
  'webhooks.delete': { prepare: byId(() => mine.webhookId()), audits: ['webhook.deleted'] },
  'webhooks.pause': { prepare: byId(() => mine.webhookId()), audits: ['webhook.paused'] },
  'webhooks.resume': { prepare: byId(pausedWebhookId), audits: ['webhook.resumed'] },
  'webhooks.revealSecret': { prepare: byId(() => mine.webhookId()), audits: ['webhook.secret_revealed'] },
  'webhooks.rotateSecret': {
    prepare: byId(() => mine.webhookId()),
    audits: ['webhook.secret_rotated'],
  },
  'webhooks.checkUrl': {
    prepare: given({ target_url: 'http://127.0.0.1:4/hooks' }),
    audits: [],
    unaudited: READ,
  },
  'webhooks.test': { prepare: byId(() => mine.webhookId()), audits: [], unaudited: SENT },
  'webhooks.recover': {
    prepare: byId(webhookOfFailed, { since: '2026-01-01T00:00:00Z' }),
    audits: ['webhook.recovered'],
  },
  'tools.invoke': {
    prepare: async () => {
      const id = await connectorTo();
      return { input: { tool: 'send_to_n8n', arguments: { connector: id, message: 'Hello' } } };
    },
    audits: [],
    unaudited: SENT,
  },
  'tools.setLimit': {
    prepare: byId(() => mine.apiKeyId(), { calls_per_minute: 5 }),
    audits: ['api_key.tool_calls_limited'],
  },
};

const declared = declaredProcedures.filter(({ type }) => type === 'mutation').map(({ procedure: path }) => path);

const codeOf = (called: Promise<unknown>) =>
  called.then(
    () => 'OK',
    (error: { code?: string }) => error.code,
  );

/** Those that belong to the installation, which the first organization looks after. */
const isOfInstallation = (path: string) => path.startsWith('csp.') || path.startsWith('sources.');

/** Who may not call it with this input, and what they are answered. */
function refusals(path: string, input: unknown): [Pick<TestUser, 'cookie'>, code: string][] {
  const needs = declaredProcedures.find(({ procedure }) => procedure === path)?.meta.needs;
  if (!needs || needs === 'nobody') return [];
  const ofNobody: [Pick<TestUser, 'cookie'>, string][] = [[nobody, 'UNAUTHORIZED']];
  if (needs.role !== 'member') ofNobody.push([member, 'FORBIDDEN']);
  if (isOfInstallation(path)) return [...ofNobody, [stranger, 'FORBIDDEN']];
  return z.object({ id: z.string() }).safeParse(input).success ? [...ofNobody, [stranger, 'NOT_FOUND']] : ofNobody;
}

/** What an answer shows once: the texts of such members, and what follows `token=` in a link. */
function noteSecrets(output: unknown): void {
  JSON.stringify(output, (name, value) => {
    if (typeof value === 'string' && /^(secret|key|token)$/.test(name)) secrets.add(value.replace(/^whsec_/, ''));
    if (typeof value === 'string' && value.includes('token=')) secrets.add(tokenIn(value));
    return value;
  });
}

describe('every mutation', () => {
  test('has a row in the table of this file, which says what it writes into the audit log', () => {
    expect(Object.keys(MUTATIONS).toSorted()).toEqual(declared.toSorted());
    const undecided = Object.entries(MUTATIONS).filter(
      ([, { audits, unaudited }]) => audits.length > 0 === !!unaudited,
    );
    expect(undecided).toEqual([]);
  });

  test.each(Object.entries(MUTATIONS))(
    '%s changes no row when it is refused, and writes its audit rows when it is done',
    async (path, { prepare, audits }) => {
      const { pool } = console_.platform;
      const { input, by = owner } = await prepare();
      const before = await readRowDigests(pool);
      for (const [refused, code] of refusals(path, input))
        expect(await codeOf(call(path, await callerOf(refused), input))).toBe(code);
      expect(await readRowDigests(pool)).toEqual(before);

      const last = (await db().auditLog.findFirst({ orderBy: { id: 'desc' } }))?.id;
      const written = () =>
        db().auditLog.findMany({ where: last === undefined ? {} : { id: { gt: last } }, orderBy: { id: 'asc' } });
      const caller = await callerOf(by);
      noteSecrets(await call(path, caller, input));
      // A link for a new password is mailed after the answer.
      await until('the audit rows are there', async () => (await written()).length >= audits.length);
      const rows = await written();
      expect(rows.map(({ action }) => action)).toEqual(audits);
      // A trigger, which writes before, does not know who acts.
      if (caller.kind === 'user' && rows.length > 0)
        expect(rows.at(-1)).toMatchObject({ actor_type: 'user', actor_id: caller.id });
    },
  );

  test('has left no secret in any row of any table', async () => {
    const rows = await readAllRows(console_.platform.pool);
    expect(secrets.size).toBeGreaterThan(5);
    for (const secret of secrets) expect(rows.includes(secret), secret).toBe(false);
    // What is looked through are the rows.
    expect(rows).toContain(owner.email);
  });
});
