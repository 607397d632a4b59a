import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { totpOf, totpSecretOf } from '#testing/totp.ts';
import { authenticate } from './authenticate.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

/** Cookies are `<value>.<signature>`: what a stolen row would be worth is the value. */
const valuesOf = (cookie: string): string[] =>
  cookie.split('; ').map((part) => decodeURIComponent(part.slice(part.indexOf('=') + 1)).split('.', 1)[0] ?? '');

/** The tables in which a text stands anywhere, as PostgreSQL writes a row. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows: tables } = await platform.pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await platform.pool.query(`select 1 from ${name} as t where strpos(t::text, $1) > 0 limit 1`, [
        text,
      ]);
      return rows.length > 0 ? [name] : [];
    }),
  );
  return found.flat();
}

const callerOf = (cookie: string) => authenticate(platform, new Headers({ cookie }));

test('the token of a live cookie stands in no table, and its SHA-256 in one', async () => {
  const { cookie } = await createTestUser(platform, organization, 'owner');
  expect(await callerOf(cookie)).toMatchObject({ kind: 'user' });
  const [token = ''] = valuesOf(cookie).filter((value) => value.length >= 32);
  expect(token).toMatch(/^\w{32}$/);
  expect(await tablesWith(token)).toEqual([]);
  expect(await tablesWith(createHash('sha256').update(token).digest('hex'))).toEqual(['public.session']);
});

test('what the database holds signs nobody in', async () => {
  const { id, cookie } = await createTestUser(platform, organization, 'owner');
  const [token = ''] = valuesOf(cookie).filter((value) => value.length >= 32);
  const { token: stored } = await platform.database.session.findFirstOrThrow({ where: { userId: id } });
  expect(await callerOf(cookie.replace(token, stored))).toEqual({ kind: 'nobody' });
  await expect(callerOf(cookie)).resolves.toMatchObject({ kind: 'user', id });
});

test('neither does a half sign-in with a second factor: what its cookies carry stands in no table', async () => {
  const { email, password, cookie } = await createTestUser(platform, organization, 'owner');
  const enrolment = await postAuth(platform, '/two-factor/enable', { password }, { cookie });
  const { totpURI } = (await enrolment.json()) as { totpURI: string };
  const enabled = await postAuth(
    platform,
    '/two-factor/verify-totp',
    { code: totpOf(totpSecretOf(totpURI)) },
    { cookie },
  );
  const renewed = cookieOf(enabled);
  expect(await callerOf(renewed)).toMatchObject({ kind: 'user' });
  expect(await callerOf(cookie)).toEqual({ kind: 'nobody' });
  const half = await signInAs(platform, email, password);
  expect(await half.json()).toMatchObject({ twoFactorRedirect: true });
  const values = [...valuesOf(renewed), ...valuesOf(cookieOf(half))].filter((value) => value.length >= 20);
  expect(values.length).toBeGreaterThanOrEqual(2);
  for (const value of values) expect([value, await tablesWith(value)]).toEqual([value, []]);
});

test('what works by a token goes on: choosing an organization, and signing out, end in the right row', async () => {
  const other = await createTestOrganization(platform);
  const { id, cookie } = await createTestUser(platform, organization, 'owner');
  await platform.database.member.create({ data: { organizationId: other.id, userId: id, role: 'member' } });
  const chosen = await postAuth(platform, '/organization/set-active', { organizationId: other.id }, { cookie });
  expect(chosen.status).toBe(200);
  expect(await callerOf(cookie)).toMatchObject({ organization_id: other.id });
  expect((await postAuth(platform, '/sign-out', {}, { cookie })).status).toBe(200);
  expect(await platform.database.session.count({ where: { userId: id } })).toBe(0);
});

test('sessions that were open before the migration stay open', async () => {
  const { id, cookie } = await createTestUser(platform, organization, 'owner');
  const [token = ''] = valuesOf(cookie).filter((value) => value.length >= 32);
  await platform.database.session.updateMany({ where: { userId: id }, data: { token } });
  expect(await callerOf(cookie)).toEqual({ kind: 'nobody' });
  const migration = await readFile('prisma/migrations/20261130181000_hash_session_tokens/migration.sql', 'utf8');
  // Of this row alone: those of other tests are hashed already.
  await platform.pool.query(`${migration.trim().replace(/;$/, '')} where "userId" = $1`, [id]);
  expect(await callerOf(cookie)).toMatchObject({ kind: 'user', id });
});
