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
  test('is mailed where a mail server is configured, with the link that is shown too', async () => {
    const email = newAddress();
    const invitation = await (await callAs(owner)).invitations.create({ email, role: 'admin' });
    expect(invitation.mail).toBe('sent');
    const mail = await theMail();
    expect(mail).toMatchObject({
      to: [email],
      from: 'webhooks@example.com',
      links: [`${PUBLIC_URL}${invitation.path}`],
    });
    expect(mail?.source).toContain(organization.name);
    expect(mail?.source).toContain('as admin');
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
    expect(await (await callAs(null)).account.confirmEmail({ token })).toEqual({ email });
    expect(await theMail()).toMatchObject({ to: [owner.email], source: expect.stringContaining(email) });
    expect((await signInHere(email, owner.password)).status).toBe(200);
    await expect((await callAs(null)).account.confirmEmail({ token })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const audited = await platform.database.auditLog.findMany({ where: { action: 'user.email_changed' } });
    expect(audited.at(-1)).toMatchObject({ severity: 'security', details: { from: owner.email, to: email } });
  });

  test('takes the password, and no address that has an account', async () => {
    const call = await callAs(owner);
    const other = await createTestUser(platform, organization, 'member', { origin: PUBLIC_URL });
    await expect(call.account.changeEmail({ email: newAddress(), password: 'not this one' })).rejects.toMatchObject({
      issues: [{ path: ['password'] }],
    });
    await expect(call.account.changeEmail({ email: other.email, password: owner.password })).rejects.toMatchObject({
      code: 'CONFLICT',
      issues: [{ path: ['email'] }],
    });
    expect(server.mails).toEqual([]);
  });

  test('that got an account meanwhile stays its own', async () => {
    const email = newAddress();
    await (await callAs(owner)).account.changeEmail({ email, password: owner.password });
    const token = tokenOf((await theMail())?.links[0]);
    await platform.database.user.create({ data: { name: 'Quicker', email } });
    await expect((await callAs(null)).account.confirmEmail({ token })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('is changed at once without a mail server, and does not count as confirmed', async () => {
    const home = await createTestOrganization(withoutMail);
    const person = await createTestUser(withoutMail, home, 'member');
    const email = newAddress();
    const call = await callAs(person, withoutMail);
    expect(await call.account.changeEmail({ email, password: person.password })).toBe('changed');
    expect(await withoutMail.database.user.findUniqueOrThrow({ where: { id: person.id } })).toMatchObject({
      email,
      emailVerified: false,
    });
  });
});
