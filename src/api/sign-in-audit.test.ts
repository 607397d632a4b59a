import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  signInAs,
  type TestOrganization,
  type TestUser,
} from '#testing/test-platform.ts';

let platform: OpenPlatform;
let first: TestOrganization;
let organization: TestOrganization;
let person: TestUser;
beforeAll(async () => {
  platform = await createTestPlatform({ TRUST_PROXY: '1' });
  first = await createTestOrganization(platform);
});
afterAll(() => platform.close());
beforeEach(async () => {
  organization = await createTestOrganization(platform);
  person = await createTestUser(platform, organization, 'member');
});

const signIn = (email: string, password: string, ip = '198.51.100.7') =>
  signInAs(platform, email, password, { 'x-forwarded-for': ip, 'user-agent': 'A browser' });
const auditOf = ({ id }: TestOrganization) =>
  platform.database.auditLog.findMany({ where: { organization_id: id }, orderBy: { id: 'asc' } });

test('a sign-in is in the audit log, with where it came from', async () => {
  await signIn(person.email, person.password);
  expect((await auditOf(organization)).at(-1)).toMatchObject({
    action: 'session.started',
    actor_id: person.id,
    ip: '198.51.100.7',
    user_agent: 'A browser',
    severity: 'info',
  });
});

test('a wrong password is in the audit log of the organization whose person it was tried on', async () => {
  expect((await signIn(person.email.toUpperCase(), 'not this one')).status).toBe(401);
  expect((await auditOf(organization)).at(-1)).toMatchObject({
    action: 'session.sign_in_failed',
    severity: 'security',
    actor_type: 'system',
    target_id: person.id,
    target_name: person.email,
    ip: '198.51.100.7',
  });
});

test('a try on an address without an account is in the first organization’s', async () => {
  await signIn('nobody-of-ours@example.com', 'whatever it is');
  expect((await auditOf(first)).at(-1)).toMatchObject({
    action: 'session.sign_in_failed',
    target_name: 'nobody-of-ours@example.com',
    details: { account: 'unknown' },
  });
});

test('a lock-out is in the audit log once, however often somebody tries on', async () => {
  for (let attempt = 0; attempt < 9; attempt += 1) await signIn(person.email, 'not this one', '198.51.100.8');
  const actions = (await auditOf(organization)).map(({ action }) => action);
  expect(actions.filter((action) => action === 'session.sign_in_failed')).toHaveLength(5);
  expect(actions.filter((action) => action === 'session.locked_out')).toHaveLength(1);
});
