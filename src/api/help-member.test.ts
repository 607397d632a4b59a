import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { callerOf } from '#testing/test-caller.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  type TestOrganization,
  type TestUser,
} from '#testing/test-platform.ts';
import { totpOf, totpSecretOf } from '#testing/totp.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let admin: TestUser;
let member: TestUser;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());
beforeEach(async () => {
  organization = await createTestOrganization(platform);
  admin = await createTestUser(platform, organization, 'admin');
  member = await createTestUser(platform, organization, 'member');
});

const as = ({ cookie }: TestUser) => callerOf(platform, cookie);
const idOf = async ({ id: userId }: TestUser) =>
  (await platform.database.member.findFirstOrThrow({ where: { userId, organizationId: organization.id } })).id;

test('an admin makes a link by which a member chooses a new password, which is audited', async () => {
  const { path } = await (await as(admin)).members.createResetLink({ id: await idOf(member) });
  const token = new URL(path, 'http://console.invalid').searchParams.get('token');
  await postAuth(platform, '/reset-password', { token, newPassword: 'a new password of theirs' });
  expect((await signInAs(platform, member.email, 'a new password of theirs')).status).toBe(200);
  const row = await platform.database.auditLog.findFirstOrThrow({ where: { action: 'user.reset_link_created' } });
  expect(row).toMatchObject({ actor_id: admin.id, target_id: member.id, severity: 'security' });
});

test('an admin switches off the second factor of a member who has lost it, which is audited', async () => {
  const { password, cookie } = member;
  const { totpURI } = await (await postAuth(platform, '/two-factor/enable', { password }, { cookie })).json();
  await postAuth(platform, '/two-factor/verify-totp', { code: totpOf(totpSecretOf(totpURI)) }, { cookie });
  expect(await (await signInAs(platform, member.email, password)).json()).toMatchObject({ twoFactorRedirect: true });
  await (await as(admin)).members.resetTwoFactor({ id: await idOf(member) });
  expect(await (await signInAs(platform, member.email, password)).json()).not.toHaveProperty('twoFactorRedirect');
  const row = await platform.database.auditLog.findFirstOrThrow({ where: { action: 'member.two_factor_reset' } });
  expect(row).toMatchObject({ actor_id: admin.id, target_id: member.id, severity: 'security' });
});

test('an admin helps no owner, and nobody whose account opens another organization too', async () => {
  const owner = await createTestUser(platform, organization, 'owner');
  const elsewhere = await createTestOrganization(platform);
  await platform.database.member.create({
    data: { organizationId: elsewhere.id, userId: member.id, role: 'owner' },
  });
  const { members } = await as(admin);
  for (const help of [members.createResetLink, members.resetTwoFactor]) {
    await expect(help({ id: await idOf(owner) })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(help({ id: await idOf(member) })).rejects.toMatchObject({ code: 'CONFLICT' });
  }
});
