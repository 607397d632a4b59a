import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { OpenPlatform } from '#platform/open-platform.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { callerOf } from '#testing/test-caller.ts';
import {
  cookieOf,
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  TEST_ORIGIN,
  type TestOrganization,
  type TestUser,
} from '#testing/test-platform.ts';
import { totpOf, totpSecretOf } from '#testing/totp.ts';
import { handleRest } from './rest.ts';
import { declaredProcedures } from './rest-routes.ts';
import { handleTrpc } from './trpc.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let owner: TestUser;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());
beforeEach(async () => {
  organization = await createTestOrganization(platform);
  owner = await createTestUser(platform, organization, 'owner');
});

const MINUTE_MS = 60_000;

/** Sets when the person of all their sessions last proved who they are. */
const provenBefore = (userId: string, minutes: number) =>
  platform.database.session.updateMany({
    where: { userId },
    data: { authenticatedAt: new Date(Date.now() - minutes * MINUTE_MS) },
  });

async function person(role: Role, minutes: number): Promise<TestUser> {
  const user = await createTestUser(platform, organization, role);
  await provenBefore(user.id, minutes);
  return user;
}

async function rest(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const answer = await handleRest(
    platform,
    new Request(`${TEST_ORIGIN}${path}`, {
      method,
      headers: { origin: TEST_ORIGIN, host: new URL(TEST_ORIGIN).host, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  return { status: answer.status, body: z.record(z.string(), z.unknown()).parse(await answer.json()) };
}

const actions = async () =>
  (
    await platform.database.auditLog.findMany({
      where: { organization_id: organization.id, action: { not: 'session.started' } },
      orderBy: { id: 'asc' },
    })
  ).map(({ action }) => action);

const refused = z.object({ error: z.object({ data: z.record(z.string(), z.unknown()) }) });
const NOT_FRESH = { code: 'FORBIDDEN', reason: 'session_not_fresh', issues: [] };
const mutations = declaredProcedures.filter(({ type }) => type === 'mutation');
const freshBy = (wanted: string | undefined) =>
  mutations.filter(({ meta }) => meta.fresh === wanted).map(({ procedure }) => procedure);

describe('a fresh session', () => {
  test('is needed by what changes keys, secrets and people; what else only people may do is named here', () => {
    expect(freshBy('always')).toEqual([
      'apiKeys.create',
      'apiKeys.revoke',
      'invitations.create',
      'invitations.revoke',
      'members.changeRole',
      'members.changeEmail',
      'members.remove',
      'members.createResetLink',
      'members.resetTwoFactor',
      'members.leave',
      'organization.update',
      'organizationDeletion.delete',
      'webhooks.revealSecret',
      'webhooks.rotateSecret',
      'tools.setLimit',
    ]);
    expect(freshBy('for_secrets')).toEqual(['connectors.update', 'webhooks.update']);
    expect(freshBy('takes_password')).toEqual(['account.changeEmail', 'account.changePassword']);
    const peopleOnly = mutations.filter(({ meta }) => meta.needs !== 'nobody' && meta.needs.scope === null);
    expect(peopleOnly.filter(({ meta }) => !meta.fresh).map(({ procedure }) => procedure)).toEqual([
      'account.endSession',
      'account.endOtherSessions',
      'account.confirmIdentity',
      'account.dismissNotice',
      'organization.create',
    ]);
  });

  test('is asked for before the input is looked at', async () => {
    const { cookie } = await person('owner', 15);
    const refusal = async (path: string) => {
      const answer = await handleTrpc(
        platform,
        new Request(`${TEST_ORIGIN}/api/trpc/${path}`, {
          method: 'POST',
          headers: { origin: TEST_ORIGIN, host: new URL(TEST_ORIGIN).host, cookie, 'content-type': 'application/json' },
          body: '{"nonsense":true}',
        }),
      );
      const { data } = refused.parse(await answer.json()).error;
      return { path, status: answer.status, code: data.contract_code, reason: data.reason, issues: data.issues };
    };
    const needing = freshBy('always');
    expect(await Promise.all(needing.map(refusal))).toEqual(
      needing.map((path) => ({ path, status: 403, ...NOT_FRESH })),
    );
  });

  test('is one whose person was verified in the last 15 minutes', async () => {
    const { cookie } = await person('admin', 14);
    await (await callerOf(platform, cookie)).apiKeys.create({ name: 'In time', scopes: ['read'] });
    const late = await person('admin', 15);
    const create = (await callerOf(platform, late.cookie)).apiKeys.create({ name: 'Too late', scopes: ['read'] });
    await expect(create).rejects.toMatchObject(NOT_FRESH);
    const keys = await platform.database.apiKey.findMany({ where: { organization_id: organization.id } });
    expect(keys.map(({ name }) => name)).toEqual(['In time']);
  });

  test('comes with the password: a REST call by cookie is refused, writes nothing, and succeeds afterwards', async () => {
    const id = await organization.webhookId();
    const { cookie, password } = await person('admin', 60);
    const reveal = () => rest('POST', `/api/webhooks/${id}/reveal-secret`, { cookie });
    const before = await actions();
    const refused = await reveal();
    expect(refused).toMatchObject({ status: 403, body: NOT_FRESH });
    expect(refused.body.message).toContain('Confirm your identity');
    expect(await actions()).toEqual(before);
    await (await callerOf(platform, cookie)).account.confirmIdentity({ password });
    const { status, body } = await reveal();
    expect([status, body]).toEqual([200, { secret: expect.stringMatching(/^whsec_/) }]);
    expect(await actions()).toEqual([...before, 'session.confirmed', 'webhook.secret_revealed']);
  });

  test('comes with a code of the app, which works once only', async () => {
    const { secret, cookie } = await enableTwoFactor(owner);
    await provenBefore(owner.id, 60);
    const caller = await callerOf(platform, cookie);
    const code = totpOf(secret, Date.now() + 30_000);
    await caller.account.confirmIdentity({ code });
    await (await callerOf(platform, cookie)).invitations.create({ email: 'new@example.com', role: 'member' });
    await provenBefore(owner.id, 60);
    await expect(caller.account.confirmIdentity({ code })).rejects.toThrow('This code was already used');
    const later = (await callerOf(platform, cookie)).invitations.create({ email: 'next@example.com', role: 'member' });
    await expect(later).rejects.toMatchObject(NOT_FRESH);
  });

  test('is not to be guessed from a stolen one: five tries, then waits, which keep its person out nowhere else', async () => {
    const { cookie, password, email } = await person('owner', 60);
    const stolen = await callerOf(platform, cookie);
    for (let round = 0; round < 5; round += 1)
      await expect(stolen.account.confirmIdentity({ password: `wrong ${round}` })).rejects.toThrow('not your password');
    await expect(stolen.account.confirmIdentity({ password })).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    const codes = Array.from({ length: 5 }, (_, index) => stolen.account.confirmIdentity({ code: `00000${index}` }));
    await Promise.allSettled(codes);
    await expect(stolen.account.confirmIdentity({ code: '000000' })).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
    });
    const own = await postAuth(platform, '/sign-in/email', { email, password });
    expect(own.status).toBe(200);
    const session = await (await callerOf(platform, cookieOf(own))).session.get();
    expect(session.security_notices).toMatchObject([{ kind: 'session_guessed' }]);
    expect(await actions()).toEqual(expect.arrayContaining(['session.locked_out', 'session.two_factor_locked']));
  });

  test('is needed to change a secret of a connector or a webhook, and not to change the rest', async () => {
    const connector = await organization.connectorId();
    const webhook = await organization.webhookId();
    const { id: userId, cookie } = await person('admin', 60);
    const stale = await callerOf(platform, cookie);
    const { config } = await stale.connectors.get({ id: connector });
    await stale.connectors.update({ id: connector, name: 'Renamed', config });
    await stale.webhooks.update({ id: webhook, description: 'Renamed', headers: {} });
    const other = { webhook_url: 'https://n8n.example.com/webhook/other' };
    await expect(stale.connectors.update({ id: connector, config: other })).rejects.toMatchObject(NOT_FRESH);
    const headers = { 'X-Token': 'a secret' };
    await expect(stale.webhooks.update({ id: webhook, headers })).rejects.toMatchObject(NOT_FRESH);
    await provenBefore(userId, 0);
    await (await callerOf(platform, cookie)).webhooks.update({ id: webhook, headers });
    const { headers: masked } = await stale.webhooks.get({ id: webhook });
    await stale.webhooks.update({ id: webhook, description: 'Again', headers: masked });
    await expect(stale.webhooks.update({ id: webhook, headers: {} })).rejects.toMatchObject(NOT_FRESH);
    expect(await stale.connectors.get({ id: connector })).toMatchObject({ config });
  });

  test('is needed to move a webhook with headers to another host, which drops them: refused, nothing changes', async () => {
    const { id: userId, cookie } = await person('admin', 0);
    const fresh = await callerOf(platform, cookie);
    const webhook = await organization.webhookId();
    await fresh.webhooks.update({ id: webhook, headers: { 'X-Token': 'a secret' } });
    await provenBefore(userId, 60);
    const stale = await callerOf(platform, cookie);
    const rows = () =>
      Promise.all([platform.database.webhook.findUniqueOrThrow({ where: { id: webhook } }), actions()]);
    const before = await rows();
    const target_url = 'http://127.0.0.1:5/hooks';
    const { headers } = await stale.webhooks.get({ id: webhook });
    await expect(stale.webhooks.update({ id: webhook, target_url })).rejects.toMatchObject(NOT_FRESH);
    await expect(stale.webhooks.update({ id: webhook, target_url, headers })).rejects.toMatchObject(NOT_FRESH);
    expect(await rows()).toEqual(before);
    await provenBefore(userId, 0);
    const again = await callerOf(platform, cookie);
    expect(await again.webhooks.update({ id: webhook, target_url })).toMatchObject({ dropped_secrets: ['X-Token'] });
    await provenBefore(userId, 60);
    // There is no secret left that a move could drop.
    const third = 'http://127.0.0.1:6/hooks';
    expect(await stale.webhooks.update({ id: webhook, target_url: third })).toMatchObject({ target_url: third });
  });

  test('is nothing that an API key has: its scopes alone decide', async () => {
    const id = await organization.webhookId();
    const authorization = `Bearer ${await createTestApiKey(organization.scope(), ['write'])}`;
    expect((await rest('POST', `/api/webhooks/${id}/rotate-secret`, { authorization }, {})).status).toBe(200);
    const refused = await rest('POST', `/api/webhooks/${id}/reveal-secret`, { authorization });
    expect(refused).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(refused.body).not.toHaveProperty('reason');
  });
});

describe('a webhook’s secret', () => {
  test('is revealed to owners and admins, and each reveal is in the audit log', async () => {
    const id = await organization.webhookId();
    const rotated = await (await callerOf(platform, owner.cookie)).webhooks.rotateSecret({ id });
    expect(await (await callerOf(platform, owner.cookie)).webhooks.revealSecret({ id })).toEqual({
      secret: rotated.secret,
    });
    const row = await platform.database.auditLog.findFirstOrThrow({
      where: { organization_id: organization.id, action: 'webhook.secret_revealed' },
    });
    expect(row).toMatchObject({ actor_id: owner.id, severity: 'security', target_id: id });
    expect(JSON.stringify(row.details)).not.toContain(rotated.secret);
    const member = await callerOf(platform, (await person('member', 0)).cookie);
    await expect(member.webhooks.revealSecret({ id })).rejects.not.toHaveProperty('reason');
    expect((await actions()).filter((action) => action === 'webhook.secret_revealed')).toHaveLength(1);
  });
});

async function enableTwoFactor({ cookie, password }: TestUser) {
  const begun = await postAuth(platform, '/two-factor/enable', { password }, { cookie });
  const { totpURI } = z.object({ totpURI: z.string() }).parse(await begun.json());
  const secret = totpSecretOf(totpURI);
  const done = await postAuth(platform, '/two-factor/verify-totp', { code: totpOf(secret) }, { cookie });
  expect(done.status).toBe(200);
  return { secret, cookie: cookieOf(done) };
}
