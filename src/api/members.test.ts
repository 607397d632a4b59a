import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authenticate } from '#features/people/auth/authenticate.ts';
import { createFirstAdmin } from '#features/people/set-up/create-first-admin.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import type { Caller } from '#platform/trpc/procedure.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  type TestOrganization,
  type TestUser,
} from '#testing/test-platform.ts';
import { appRouter } from './router.ts';

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

const callerOf = ({ cookie }: TestUser) => authenticate(platform, new Headers({ cookie }));
const callAs = (caller: Caller) =>
  appRouter.createCaller({ platform, caller, ip: '192.0.2.9', user_agent: 'vitest', host: null });
const as = async (user: TestUser) => callAs(await callerOf(user));
const nobody = () => callAs({ kind: 'nobody' });
const newAddress = () => `${randomBytes(6).toString('hex')}@example.com`;
const tokenOf = (path: string) => new URL(path, 'http://console.invalid').searchParams.get('token') ?? '';
const PASSWORD = 'correct horse battery';

const auditOf = async (organization_id: string) =>
  (
    await platform.database.auditLog.findMany({
      where: { organization_id, action: { not: 'session.started' } },
      orderBy: { id: 'asc' },
    })
  ).map(({ action, severity }) => `${action} ${severity}`);

async function invite(role: 'member' | 'admin' | 'owner' = 'member', email = newAddress()) {
  const invitation = await (await as(owner)).invitations.create({ email, role });
  return { ...invitation, token: tokenOf(invitation.path) };
}

const memberOf = async ({ id: userId }: TestUser) =>
  platform.database.member.findFirstOrThrow({ where: { userId, organizationId: organization.id } });

describe('an invitation', () => {
  test('lets somebody in with a new account, in its role, once', async () => {
    const { token, email } = await invite('admin');
    expect(await nobody().invitations.open({ token })).toMatchObject({ email, role: 'admin', account: 'none' });
    await nobody().invitations.accept({ token, name: 'Grace Hopper', password: PASSWORD });
    expect((await signInAs(platform, email, PASSWORD)).status).toBe(200);
    const { items } = await (await as(owner)).members.list({});
    expect(items.find((member) => member.email === email)).toMatchObject({ name: 'Grace Hopper', role: 'admin' });
    await expect(nobody().invitations.accept({ token, name: 'Again', password: PASSWORD })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await auditOf(organization.id)).toEqual(['member.invited security', 'member.joined security']);
  });

  test('that two accept at once makes one account', async () => {
    const { token, email } = await invite();
    const both = await Promise.allSettled(
      [1, 2].map((n) => nobody().invitations.accept({ token, name: `Grace ${n}`, password: PASSWORD })),
    );
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await platform.database.user.count({ where: { email } })).toBe(1);
  });

  test('of an address that has an account takes its password, and counts wrong ones with attempts to sign in', async () => {
    const elsewhere = await createTestUser(platform, await createTestOrganization(platform), 'owner');
    const { token } = await invite('member', elsewhere.email);
    expect(await nobody().invitations.open({ token })).toMatchObject({ account: 'exists' });
    for (let attempt = 0; attempt < 5; attempt += 1)
      await expect(nobody().invitations.accept({ token, password: 'a wrong password' })).rejects.toMatchObject({
        issues: [{ path: ['password'] }],
      });
    await expect(nobody().invitations.accept({ token, password: elsewhere.password })).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
    });
    // Who is signed in needs none.
    expect(await (await as(elsewhere)).invitations.open({ token })).toMatchObject({ account: 'signed_in' });
    await (await as(elsewhere)).invitations.accept({ token });
    expect((await memberOf(elsewhere)).role).toBe('member');
  });

  test('that was revoked, has expired or was replaced lets nobody in', async () => {
    const revoked = await invite();
    await (await as(owner)).invitations.revoke({ id: revoked.id });
    const expired = await invite();
    await platform.database.invitation.update({ where: { id: expired.id }, data: { expiresAt: new Date(0) } });
    const replaced = await invite('member', newAddress());
    await invite('admin', replaced.email);
    for (const { token } of [revoked, expired, replaced, { token: `${revoked.id}.${'x'.repeat(32)}` }, { token: 'x' }])
      await expect(nobody().invitations.accept({ token, name: 'G', password: PASSWORD })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
  });

  test('of a member is a conflict, and of an owner is an owner’s to make', async () => {
    await expect((await as(owner)).invitations.create({ email: owner.email, role: 'member' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const admin = await createTestUser(platform, organization, 'admin');
    await expect((await as(admin)).invitations.create({ email: newAddress(), role: 'owner' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

test('an invitation brings back who is in no organization any more, while they are signed in', async () => {
  const person = await createTestUser(platform, organization, 'member');
  await (await as(owner)).members.remove({ id: (await memberOf(person)).id });
  const cookie = cookieOf(await signInAs(platform, person.email, person.password));
  await expect((await as({ ...person, cookie })).members.list({})).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: 'You no longer belong to an organization. Ask an owner to invite you.',
  });
  const { token } = await invite('admin', person.email);
  expect(await (await as({ ...person, cookie })).invitations.open({ token })).toMatchObject({ account: 'signed_in' });
  await (await as({ ...person, cookie })).invitations.accept({ token });
  expect((await memberOf(person)).role).toBe('admin');
});

describe('a link that an admin made', () => {
  test('ends with the role of its maker: an invitation, and a link for a new password', async () => {
    for (const change of ['removed', 'demoted', 'new password'] as const) {
      const admin = await createTestUser(platform, organization, 'admin');
      const colleague = await createTestUser(platform, organization, 'member');
      const call = await as(admin);
      const { path } = await call.invitations.create({ email: newAddress(), role: 'admin' });
      const link = await call.members.createResetLink({ id: (await memberOf(colleague)).id });
      const { members } = await as(owner);
      const { id } = await memberOf(admin);
      const { ended } =
        change === 'removed'
          ? await members.remove({ id })
          : change === 'demoted'
            ? await members.changeRole({ id, role: 'member' })
            : await call.account.changePassword({ current_password: admin.password, new_password: PASSWORD });
      expect(ended).toMatchObject({ invitation_made: 1, link_made_for_others: 1 });
      await expect(
        nobody().invitations.accept({ token: tokenOf(path), name: 'Back again', password: PASSWORD }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const token = tokenOf(link.path);
      expect((await postAuth(platform, '/reset-password', { token, newPassword: PASSWORD })).status).toBe(400);
      expect((await signInAs(platform, colleague.email, colleague.password)).status).toBe(200);
    }
  });

  test('is not made by who lost the role while they asked', async () => {
    const admin = await createTestUser(platform, organization, 'admin');
    const colleague = await createTestUser(platform, organization, 'member');
    const call = await as(admin);
    await (await as(owner)).members.changeRole({ id: (await memberOf(admin)).id, role: 'member' });
    const { id } = await memberOf(colleague);
    for (const attempt of [
      () => call.invitations.create({ email: newAddress(), role: 'admin' }),
      () => call.members.createResetLink({ id }),
      () => call.members.changeEmail({ id, email: newAddress() }),
      () => call.members.resetTwoFactor({ id }),
      () => call.members.changeRole({ id, role: 'admin' }),
      () => call.members.remove({ id }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await memberOf(colleague)).toMatchObject({ id, role: 'member' });
    expect((await (await as(owner)).invitations.list({})).items).toEqual([]);
  });

  test('for a new password ends when its person joins another organization, or makes one', async () => {
    for (const join of ['invited', 'makes one'] as const) {
      const colleague = await createTestUser(platform, organization, 'member');
      const { path } = await (await as(owner)).members.createResetLink({ id: (await memberOf(colleague)).id });
      if (join === 'makes one') await (await as(colleague)).organization.create({ name: 'Of their own' });
      else {
        const elsewhere = await createTestUser(platform, await createTestOrganization(platform), 'owner');
        const made = await (await as(elsewhere)).invitations.create({ email: colleague.email, role: 'owner' });
        const accepted = await (await as(colleague)).invitations.accept({ token: tokenOf(made.path) });
        expect(accepted.ended).toEqual({ reset_link: 1 });
      }
      const reset = { token: tokenOf(path), newPassword: PASSWORD };
      expect((await postAuth(platform, '/reset-password', reset)).status).toBe(400);
      expect((await signInAs(platform, colleague.email, colleague.password)).status).toBe(200);
    }
  });

  test('for a new password ends when another one was used, and when the password was changed', async () => {
    const colleague = await createTestUser(platform, organization, 'member');
    const { members } = await as(owner);
    const link = async () => tokenOf((await members.createResetLink({ id: (await memberOf(colleague)).id })).path);
    const choose = (token: string, newPassword: string) =>
      postAuth(platform, '/reset-password', { token, newPassword });
    const [first, second] = [await link(), await link()];
    expect(await (await choose(first, 'a first new password')).json()).toMatchObject({
      ended: { reset_link: 1, session: 1 },
    });
    expect((await choose(second, 'a second new password')).status).toBe(400);
    const third = await link();
    const cookie = cookieOf(await signInAs(platform, colleague.email, 'a first new password'));
    const passwords = { current_password: 'a first new password', new_password: 'a third new password' };
    const { ended } = await (await as({ ...colleague, cookie })).account.changePassword(passwords);
    expect(ended).toEqual({ reset_link: 1 });
    expect((await choose(third, 'a fourth new password')).status).toBe(400);
    expect((await signInAs(platform, colleague.email, 'a third new password')).status).toBe(200);
  });
});

describe('an unconfirmed address', () => {
  test('is shown where people are listed, and more rights are given to it knowingly alone', async () => {
    const { token, email } = await invite('member');
    await nobody().invitations.accept({ token, name: 'Grace Hopper', password: PASSWORD });
    const { members, invitations } = await as(owner);
    const listed = (await members.list({})).items.find((member) => member.email === email);
    expect(listed).toMatchObject({ email_confirmed: false });
    const id = listed?.id ?? '';
    const again = invitations.create({ email: email.toUpperCase(), role: 'owner' });
    await expect(again).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('has not confirmed it'),
    });
    const refused = members.changeRole({ id, role: 'owner' });
    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT', issues: [{ path: ['unconfirmed_ok'] }] });
    const roles = { where: { organizationId: organization.id, role: 'owner' } };
    expect(await platform.database.member.count(roles)).toBe(1);
    await members.changeRole({ id, role: 'owner', unconfirmed_ok: true });
    expect(await platform.database.member.count(roles)).toBe(2);
    const row = await platform.database.auditLog.findFirst({
      where: { organization_id: organization.id, action: 'member.role_changed' },
    });
    expect(row).toMatchObject({ details: { from: 'member', to: 'owner', confirmed: false } });
    await members.changeRole({ id, role: 'member' });
  });

  test('of the first account, too, is nobody’s until it is proved', async () => {
    const own = await createTestPlatform();
    await createFirstAdmin(own, { name: 'Ada', email: 'ada@example.com', password: PASSWORD });
    expect(await own.database.user.findFirstOrThrow()).toMatchObject({ emailVerified: false });
    await own.close();
  });
});

test('an invitation opened by somebody else who is signed in says so, and makes the invited address the member', async () => {
  const other = await createTestUser(platform, await createTestOrganization(platform), 'owner');
  const { token, email } = await invite('admin');
  const call = await as(other);
  expect(await call.invitations.open({ token })).toMatchObject({ email, account: 'none', signed_in_as: other.email });
  await expect(call.invitations.accept({ token })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await call.invitations.accept({ token, name: 'Grace Hopper', password: PASSWORD });
  const { items } = await (await as(owner)).members.list({});
  expect(items.map((member) => member.email).sort()).toEqual([owner.email, email].sort());
});

describe('a role', () => {
  test('takes effect on the next request', async () => {
    const colleague = await createTestUser(platform, organization, 'member');
    await expect((await as(colleague)).invitations.list({})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await (await as(owner)).members.changeRole({ id: (await memberOf(colleague)).id, role: 'admin' });
    expect((await (await as(colleague)).invitations.list({})).items).toEqual([]);
    expect(await auditOf(organization.id)).toEqual(['member.role_changed security']);
  });

  test('of an owner is an owner’s to give and to take', async () => {
    const admin = await createTestUser(platform, organization, 'admin');
    for (const input of [
      { id: (await memberOf(owner)).id, role: 'member' as const },
      { id: (await memberOf(admin)).id, role: 'owner' as const },
    ])
      await expect((await as(admin)).members.changeRole(input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect((await as(admin)).members.remove({ id: (await memberOf(owner)).id })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('the last owner', () => {
  test('can neither leave, nor be removed, nor become less', async () => {
    const { id } = await memberOf(owner);
    const call = await as(owner);
    for (const attempt of [
      () => call.members.leave(),
      () => call.members.remove({ id }),
      () => call.members.changeRole({ id, role: 'admin' }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('is one of two who leave at once', async () => {
    const second = await createTestUser(platform, organization, 'owner');
    const [one, other] = [await as(owner), await as(second)];
    const left = await Promise.allSettled([one.members.leave(), other.members.leave()]);
    expect(left.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await platform.database.member.count({ where: { organizationId: organization.id, role: 'owner' } })).toBe(1);
  });
});

describe('who is removed', () => {
  test('is signed out, and their API keys stay to be looked at', async () => {
    const colleague = await createTestUser(platform, organization, 'admin');
    await (await as(colleague)).apiKeys.create({ name: 'Left behind', scopes: ['read'] });
    await (await as(owner)).members.remove({ id: (await memberOf(colleague)).id });
    expect(await callerOf(colleague)).toEqual({ kind: 'nobody' });
    const { items } = await (await as(owner)).apiKeys.list({});
    expect(items).toMatchObject([{ name: 'Left behind', revoked_at: null, maker_left: true }]);
    const [removed] = await platform.database.auditLog.findMany({
      where: { action: 'member.removed', organization_id: organization.id },
    });
    expect(removed?.details).toMatchObject({ api_keys_left: 1 });
  });

  test('goes on in another organization of theirs', async () => {
    const other = await createTestOrganization(platform);
    const colleague = await createTestUser(platform, organization, 'member');
    await platform.database.member.create({
      data: { organizationId: other.id, userId: colleague.id, role: 'admin' },
    });
    await (await as(owner)).members.remove({ id: (await memberOf(colleague)).id });
    expect(await callerOf(colleague)).toMatchObject({ organization_id: other.id, role: 'admin' });
  });
});

test('a further organization belongs to whoever made it, and sees nothing of the first', async () => {
  const call = await as(owner);
  await call.apiKeys.create({ name: 'Of the first', scopes: ['read'] });
  const { id } = await call.organization.create({ name: 'Second' });
  expect((await call.session.get()).organizations.map(({ name }) => name)).toContain('Second');
  const there = callAs({ ...((await callerOf(owner)) as Extract<Caller, { kind: 'user' }>), organization_id: id });
  expect((await there.apiKeys.list({})).items).toEqual([]);
  expect((await there.members.list({})).items).toMatchObject([{ email: owner.email, role: 'owner' }]);
});
