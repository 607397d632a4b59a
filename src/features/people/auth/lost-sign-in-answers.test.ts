import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { type CuttingProxy, startCuttingProxy } from '#testing/cutting-proxy.ts';
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
import { totpOf, totpSecretOf } from '#testing/totp.ts';
import { authenticate } from './authenticate.ts';

let platform: OpenPlatform;
let proxy: CuttingProxy;
/** On the same database, through a network that loses answers. */
let console_: OpenPlatform;
let organization: TestOrganization;
let person: TestUser;

beforeAll(async () => {
  platform = await createTestPlatform();
  proxy = await startCuttingProxy(platform.config.databaseUrl ?? '');
  console_ = await openPlatform(platform.config, platform.log, proxy.connectionString);
  organization = await createTestOrganization(platform);
});
beforeEach(async () => {
  await platform.pool.query('delete from rate_limit');
  person = await createTestUser(platform, organization, 'member');
});
afterAll(async () => {
  await console_.close();
  await proxy.close();
  await platform.close();
});

/** Asks, and loses the answer to the statement that holds `text`, which PostgreSQL has done. @returns the status. */
async function losing(text: string, ask: () => Promise<Response>): Promise<number> {
  const cut = proxy.cutAt(text, 'answer');
  const asked = ask();
  await cut;
  return (await asked).status;
}

const post = (path: string, body: unknown, cookie = person.cookie) => postAuth(console_, path, body, { cookie });
const callerOf = (cookie: string) => authenticate(platform, new Headers({ cookie }));
const sessions = () => platform.database.session.count({ where: { userId: person.id } });
const enrolment = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) });

/** With a second factor. */
async function enrolled() {
  const { password } = person;
  const { totpURI, backupCodes } = enrolment.parse(await (await post('/two-factor/enable', { password })).json());
  const secret = totpSecretOf(totpURI);
  const cookie = cookieOf(await post('/two-factor/verify-totp', { code: totpOf(secret) }));
  return { secret, codes: backupCodes, cookie };
}

const signIn = () => signInAs(console_, person.email, person.password);

test('a sign-in whose session was stored and not confirmed is a 5xx; the next try signs in, and the session nobody holds is listed and ends like any other', async () => {
  const before = await sessions();
  expect(await losing('INSERT INTO "public"."session"', signIn)).toBeGreaterThanOrEqual(500);
  const again = await signIn();
  expect(again.status).toBe(200);
  expect(await callerOf(cookieOf(again))).toMatchObject({ kind: 'user', id: person.id });
  expect(await sessions()).toBe(before + 2);
});

test('a sign-out that was not confirmed has signed out, and another one says so', async () => {
  await losing('DELETE FROM "public"."session"', () => post('/sign-out', {}));
  expect(await callerOf(person.cookie)).toEqual({ kind: 'nobody' });
  expect((await post('/sign-out', {})).status).toBe(200);
});

test('enabling a second factor that was not confirmed turns nothing on, and the next try gives the codes that count', async () => {
  const enable = () => post('/two-factor/enable', { password: person.password });
  expect(await losing('INSERT INTO "public"."two_factor"', enable)).toBeGreaterThanOrEqual(500);
  expect((await signIn()).status).toBe(200);
  const { cookie } = await enrolled();
  expect(await callerOf(cookie)).toMatchObject({ kind: 'user', id: person.id });
});

test('new recovery codes that were not confirmed are replaced by those of the next try', async () => {
  const { cookie } = await enrolled();
  const generate = () => post('/two-factor/generate-backup-codes', { password: person.password }, cookie);
  expect(await losing('UPDATE "public"."two_factor"', generate)).toBeGreaterThanOrEqual(500);
  const { backupCodes } = z.object({ backupCodes: z.array(z.string()) }).parse(await (await generate()).json());
  const half = cookieOf(await signIn());
  const answer = await post('/two-factor/verify-backup-code', { code: backupCodes[0] }, half);
  expect(await callerOf(cookieOf(answer))).toMatchObject({ kind: 'user', id: person.id });
});

test('a code of an app whose session was not confirmed is spent: the next code signs in', async () => {
  const { secret } = await enrolled();
  const later = totpOf(secret, Date.now() + 30_000);
  const half = cookieOf(await signIn());
  const verify = () => post('/two-factor/verify-totp', { code: later }, half);
  expect(await losing('INSERT INTO "public"."session"', verify)).toBeGreaterThanOrEqual(500);
  // An app shows the next one within half a minute.
  await platform.database.twoFactor.updateMany({ where: { userId: person.id }, data: { lastUsedStep: null } });
  const answer = await post('/two-factor/verify-totp', { code: later }, cookieOf(await signIn()));
  expect(await callerOf(cookieOf(answer))).toMatchObject({ kind: 'user', id: person.id });
});

test('a recovery code whose session was not confirmed is spent, and another one signs in', async () => {
  const { codes } = await enrolled();
  const half = cookieOf(await signIn());
  const verify = () => post('/two-factor/verify-backup-code', { code: codes[0] }, half);
  expect(await losing('INSERT INTO "public"."session"', verify)).toBeGreaterThanOrEqual(500);
  const answer = await post('/two-factor/verify-backup-code', { code: codes[1] }, cookieOf(await signIn()));
  expect(await callerOf(cookieOf(answer))).toMatchObject({ kind: 'user', id: person.id });
});

test('another organization that was chosen and not confirmed is chosen; choosing it again is the same', async () => {
  const other = await createTestOrganization(platform);
  await platform.database.member.create({ data: { userId: person.id, organizationId: other.id, role: 'member' } });
  const choose = () => post('/organization/set-active', { organizationId: other.id });
  await losing('UPDATE "public"."session"', choose);
  expect((await choose()).status).toBe(200);
  expect(await callerOf(person.cookie)).toMatchObject({ organization_id: other.id });
});
