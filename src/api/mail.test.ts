import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type MailServer, startMailServer } from '#testing/mail-server.ts';
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

const PUBLIC_URL = 'https://webhooks.example.com';
const REFUSED = 'nobody@refused.example';

let server: MailServer;
let platform: OpenPlatform;
let withoutMail: OpenPlatform;
let organization: TestOrganization;
let owner: TestUser;
beforeAll(async () => {
  server = await startMailServer({ refuses: REFUSED });
  platform = await createTestPlatform({
    SMTP_URL: server.url,
    MAIL_FROM: 'Honeyframe <webhooks@example.com>',
    PUBLIC_URL,
  });
  withoutMail = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(async () => {
  await platform.close();
  await withoutMail.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  server.mails.length = 0;
  owner = await createTestUser(platform, organization, 'owner', { origin: PUBLIC_URL });
});

const callAs = (user: TestUser | null, on = platform) => callerOf(on, user?.cookie ?? null);
const newAddress = () => `${randomBytes(6).toString('hex')}@example.com`;
const signInHere = (email: string, password: string) => signInAs(platform, email, password, { origin: PUBLIC_URL });
const tokenOf = (link: string | undefined) => new URL(link ?? '').searchParams.get('token') ?? '';
const theMail = async () => {
  await expect.poll(() => server.mails.length).toBe(1);
  return server.mails[0];
};

describe('an invitation', () => {
  test('is mailed where a mail server is configured, with another link than the one that is shown', async () => {
    const email = newAddress();
    const invitation = await (await callAs(owner)).invitations.create({ email, role: 'admin' });
    expect(invitation.mail).toBe('sent');
    const mail = await theMail();
    expect(mail).toMatchObject({ to: [email], from: 'webhooks@example.com' });
    expect(mail?.links[0]).toMatch(/^https:\/\/webhooks\.example\.com\/invitation\?token=/);
    expect(mail?.links).not.toEqual([`${PUBLIC_URL}${invitation.path}`]);
    const listed = (await (await callAs(owner)).invitations.list({})).items;
    expect(JSON.stringify([invitation, listed])).not.toContain(tokenOf(mail?.links[0]));
    expect(mail?.source).toContain(organization.name);
    expect(mail?.source).toContain('as admin');
  });

  test('confirms an address by the link that was mailed to it alone', async () => {
    for (const way of ['mailed', 'shown']) {
      server.mails.length = 0;
      const email = newAddress();
      const invitation = await (await callAs(owner)).invitations.create({ email, role: 'member' });
      const mailed = tokenOf((await theMail())?.links[0]);
      const token = way === 'mailed' ? mailed : tokenOf(`${PUBLIC_URL}${invitation.path}`);
      const nobody = await callAs(null);
      await nobody.invitations.accept({ token, name: 'Grace', password: 'correct horse battery' });
      const { items } = await (await callAs(owner)).members.list({});
      expect(items.find((member) => member.email === email)).toMatchObject({ email_confirmed: way === 'mailed' });
      await expect(nobody.invitations.open({ token: mailed })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('that was mailed takes over an account that nobody has confirmed, and ends what was set before', async () => {
    const squatter = await createTestUser(platform, await createTestOrganization(platform), 'member', {
      origin: PUBLIC_URL,
    });
    await platform.database.user.update({ where: { id: squatter.id }, data: { emailVerified: false } });
    const { path } = await (await callAs(owner)).invitations.create({
      email: squatter.email,
      role: 'owner',
      unconfirmed_ok: true,
    });
    const token = tokenOf((await theMail())?.links[0]);
    const nobody = await callAs(null);
    expect(await nobody.invitations.open({ token: tokenOf(PUBLIC_URL + path) })).toMatchObject({ account: 'exists' });
    // Also where the other one is signed in.
    expect(await (await callAs(squatter)).invitations.open({ token })).toMatchObject({ account: 'unconfirmed' });
    const accepted = await nobody.invitations.accept({
      token,
      name: 'The right one',
      password: 'a password of the right one',
    });
    expect(accepted).toMatchObject({ organization_id: organization.id, ended: { password: 1, session: 1 } });
    expect((await signInHere(squatter.email, squatter.password)).status).toBe(401);
    expect((await signInHere(squatter.email, 'a password of the right one')).status).toBe(200);
    await expect((await callAs(squatter)).session.get()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await platform.database.user.findUniqueOrThrow({ where: { id: squatter.id } })).toMatchObject({
      name: 'The right one',
      emailVerified: true,
    });
    expect(
      await platform.database.auditLog.findFirst({ where: { action: 'member.joined', target_id: squatter.id } }),
    ).toMatchObject({
      organization_id: organization.id,
      details: { account: 'taken_over', link: 'mail', role: 'owner', ended: { password: 1, session: 1 } },
    });
  });

  test('says when the mail server did not take the mail, and its link still works', async () => {
    const invitation = await (await callAs(owner)).invitations.create({ email: REFUSED, role: 'member' });
    expect(invitation.mail).toBe('failed');
    expect(
      await (await callAs(null)).invitations.open({ token: tokenOf(`${PUBLIC_URL}${invitation.path}`) }),
    ).toMatchObject({ email: REFUSED });
  });

  test('is shown alone without a mail server', async () => {
    const home = await createTestOrganization(withoutMail);
    const call = await callAs(await createTestUser(withoutMail, home, 'owner'), withoutMail);
    expect((await call.invitations.create({ email: newAddress(), role: 'member' })).mail).toBe('off');
  });
});

describe('a forgotten password', () => {
  test('is replaced by a mailed link, which works once', async () => {
    await (await callAs(null)).signIn.requestReset({ email: owner.email.toUpperCase() });
    const token = tokenOf((await theMail())?.links[0]);
    const choose = (newPassword: string) =>
      postAuth(platform, '/reset-password', { token, newPassword }, { origin: PUBLIC_URL });
    expect((await choose('a new password of mine')).status).toBe(200);
    expect((await choose('another password of mine')).status).toBe(400);
    expect((await signInHere(owner.email, 'a new password of mine')).status).toBe(200);
  });

  test('of an address without an account is answered the same, and mails nobody', async () => {
    await (await callAs(null)).signIn.requestReset({ email: newAddress() });
    await (await callAs(null)).signIn.requestReset({ email: owner.email });
    expect((await theMail())?.to).toEqual([owner.email]);
  });

  test('is mailed three times in a quarter of an hour', async () => {
    const call = await callAs(null);
    for (let asked = 0; asked < 3; asked += 1) await call.signIn.requestReset({ email: owner.email });
    await expect(call.signIn.requestReset({ email: owner.email })).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      message: 'Too many mails. Try again in 15 minutes.',
    });
    await expect.poll(() => server.mails.length).toBe(3);
  });
});

describe('an e-mail address', () => {
  test('is changed once the link that was mailed to the new one is opened, and the old one is told', async () => {
    const email = newAddress();
    const call = await callAs(owner);
    expect(await call.account.changeEmail({ email: email.toUpperCase(), password: owner.password })).toBe('confirm');
    const mail = await theMail();
    expect(mail?.to).toEqual([email]);
    expect((await signInHere(email, owner.password)).status).toBe(401);
    server.mails.length = 0;
    const token = tokenOf(mail?.links[0]);
    // Whoever has the mailbox alone opens nobody's account with it, and confirms none.
    const bystander = await createTestUser(platform, organization, 'member', { origin: PUBLIC_URL });
    for (const other of [null, bystander])
      await expect((await callAs(other)).account.confirmEmail({ token })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await call.account.confirmEmail({ token })).toEqual({ email, ended: {} });
    expect(await theMail()).toMatchObject({ to: [owner.email], source: expect.stringContaining(email) });
    expect((await signInHere(email, owner.password)).status).toBe(200);
    await expect(call.account.confirmEmail({ token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const audited = await platform.database.auditLog.findMany({ where: { action: 'user.email_changed' } });
    expect(audited.at(-1)).toMatchObject({ severity: 'security', details: { from: owner.email, to: email } });
  });

  test('takes the password, and tells nobody but its mailbox whether it has an account', async () => {
    const call = await callAs(owner);
    const other = await createTestUser(platform, organization, 'member', { origin: PUBLIC_URL });
    await expect(call.account.changeEmail({ email: newAddress(), password: 'not this one' })).rejects.toMatchObject({
      issues: [{ path: ['password'] }],
    });
    expect(server.mails).toEqual([]);
    const said: unknown[] = [];
    for (const email of [other.email, newAddress()]) {
      const answer = await call.account.changeEmail({ email, password: owner.password });
      const rows = await platform.database.verification.findMany({ where: { userId: owner.id, email } });
      const mail = server.mails.pop();
      const words = mail?.source.replaceAll(email, 'ADDRESS').replaceAll(/token=\S+|^(Date|Message-ID):.*$/gm, '');
      said.push([answer, rows.length, mail?.to.length, words]);
      if (email === other.email)
        await expect(call.account.confirmEmail({ token: tokenOf(mail?.links[0]) })).rejects.toMatchObject({
          code: 'CONFLICT',
        });
    }
    expect(said[0]).toEqual(said[1]);
    expect(await platform.database.user.count({ where: { email: other.email } })).toBe(1);
  });

  test('that got an account meanwhile stays its own', async () => {
    const email = newAddress();
    await (await callAs(owner)).account.changeEmail({ email, password: owner.password });
    const token = tokenOf((await theMail())?.links[0]);
    await platform.database.user.create({ data: { name: 'Quicker', email } });
    await expect((await callAs(owner)).account.confirmEmail({ token })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('is changed without a mail server by an admin alone, unconfirmed, and not to anybody’s', async () => {
    const home = await createTestOrganization(withoutMail);
    const person = await createTestUser(withoutMail, home, 'member');
    const admin = await createTestUser(withoutMail, home, 'admin');
    const email = newAddress();
    const call = await callAs(person, withoutMail);
    const row = () => withoutMail.database.user.findUniqueOrThrow({ where: { id: person.id } });
    const attempt = () => call.account.changeEmail({ email, password: person.password });
    await expect(attempt()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('Ask an admin'),
    });
    // What is answered does not depend on who has the address.
    await expect(call.account.changeEmail({ email: admin.email, password: person.password })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('Ask an admin'),
    });
    expect(await row()).toMatchObject({ email: person.email, emailVerified: true });
    const { members } = await callAs(admin, withoutMail);
    const idOf = async ({ id: userId }: TestUser) =>
      (await withoutMail.database.member.findFirstOrThrow({ where: { userId } })).id;
    await expect(call.members.changeEmail({ id: await idOf(person), email })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(members.changeEmail({ id: await idOf(admin), email })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await members.changeEmail({ id: await idOf(person), email })).toEqual({ ended: {} });
    expect(await row()).toMatchObject({ email, emailVerified: false });
    expect((await members.list({})).items.find((member) => member.email === email)).toMatchObject({
      email_confirmed: false,
    });
    const audited = await withoutMail.database.auditLog.findMany({ where: { action: 'member.email_changed' } });
    expect(audited).toMatchObject([
      { actor_id: admin.id, target_id: person.id, details: { from: person.email, to: email } },
    ]);
    await withoutMail.database.member.create({
      data: { organizationId: (await createTestOrganization(withoutMail)).id, userId: person.id, role: 'owner' },
    });
    await expect(members.changeEmail({ id: await idOf(person), email: newAddress() })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('that a mailed link for a new password proved is confirmed, and what was set before ends; an admin’s link proves nothing', async () => {
    const person = await createTestUser(platform, organization, 'member', { origin: PUBLIC_URL });
    const confirmed = async () =>
      (await platform.database.user.findUniqueOrThrow({ where: { id: person.id } })).emailVerified;
    const choose = async (token: string, newPassword: string) =>
      (await postAuth(platform, '/reset-password', { token, newPassword }, { origin: PUBLIC_URL })).json();
    const { id } = await platform.database.member.findFirstOrThrow({ where: { userId: person.id } });
    const { path } = await (await callAs(owner)).members.createResetLink({ id });
    expect(await choose(tokenOf(PUBLIC_URL + path), 'a password that an admin knows')).toMatchObject({
      ended: { session: 1 },
    });
    expect(await confirmed()).toBe(false);
    await (await callAs(null)).signIn.requestReset({ email: person.email });
    const ended = await choose(tokenOf((await theMail())?.links[0]), 'a password of mine alone');
    expect(ended).toMatchObject({ ended: { password: 1 } });
    expect(await confirmed()).toBe(true);
    expect((await signInHere(person.email, 'a password of mine alone')).status).toBe(200);
  });
});
