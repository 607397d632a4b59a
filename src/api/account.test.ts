import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { authenticate } from '#features/people/auth/authenticate.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { callerOf as testCallerOf } from '#testing/test-caller.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  signInAs,
  type TestOrganization,
  type TestUser,
} from '#testing/test-platform.ts';

const OTHER = 'a quite other sentence';

let platform: OpenPlatform;
let organization: TestOrganization;
let person: TestUser;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());
beforeEach(async () => {
  person = await createTestUser(platform, organization, 'member', { 'user-agent': 'Mozilla/5.0 Firefox/153.0' });
});

const callerOf = (cookie: string) => authenticate(platform, new Headers({ cookie }));
const as = (cookie: string) => testCallerOf(platform, cookie);
const signInAgain = async () =>
  (await signInAs(platform, person.email, person.password)).headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
const auditOf = async () =>
  (
    await platform.database.auditLog.findMany({
      where: { actor_id: person.id, action: { not: 'session.started' } },
      orderBy: { id: 'asc' },
    })
  ).map(({ action, severity }) => `${action} ${severity}`);

test('sessions are listed with their browser, and one or all others are ended at once', async () => {
  const [second, third] = [await signInAgain(), await signInAgain()];
  const call = await as(person.cookie);
  const sessions = await call.account.sessions();
  expect(sessions).toHaveLength(3);
  expect(sessions.find(({ current }) => current)).toMatchObject({ browser: 'Firefox 153' });
  const caller = await callerOf(second);
  await call.account.endSession({ session_id: (caller.kind === 'user' && caller.session_id) || '' });
  expect(await callerOf(second)).toEqual({ kind: 'nobody' });
  expect(await call.account.endOtherSessions()).toEqual({ ended: 1 });
  expect(await callerOf(third)).toEqual({ kind: 'nobody' });
  expect(await callerOf(person.cookie)).toMatchObject({ kind: 'user' });
  expect(await auditOf()).toEqual(['session.ended security', 'session.ended security']);
});

test('a session tells when it was used last, to five minutes', async () => {
  const anHourAgo = new Date(Date.now() - 3_600_000);
  await platform.database.session.updateMany({ where: { userId: person.id }, data: { updatedAt: anHourAgo } });
  const call = await as(person.cookie);
  await expect
    .poll(async () => Date.parse((await call.account.sessions())[0]?.used_at ?? ''))
    .toBeGreaterThan(Date.now() - 60_000);
});

test('nobody ends the session of somebody else', async () => {
  const other = await createTestUser(platform, organization, 'owner');
  const [session] = await (await as(person.cookie)).account.sessions();
  const attempt = (await as(other.cookie)).account.endSession({ session_id: session?.id ?? '' });
  await expect(attempt).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await callerOf(person.cookie)).toMatchObject({ kind: 'user' });
});

test('a password is changed by who knows it, which ends the other sessions', async () => {
  const second = await signInAgain();
  const call = await as(person.cookie);
  const wrong = call.account.changePassword({ current_password: 'not this one', new_password: OTHER });
  await expect(wrong).rejects.toMatchObject({ issues: [{ path: ['current_password'] }] });
  await call.account.changePassword({ current_password: person.password, new_password: OTHER });
  expect(await callerOf(second)).toEqual({ kind: 'nobody' });
  expect(await callerOf(person.cookie)).toMatchObject({ kind: 'user' });
  expect((await signInAs(platform, person.email, person.password)).status).toBe(401);
  expect((await signInAs(platform, person.email, OTHER)).status).toBe(200);
  expect(await auditOf()).toEqual(['user.password_changed security']);
});
