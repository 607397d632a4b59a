import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  type TestOrganization,
} from '#testing/test-platform.ts';

const MIGRATION = new URL('migrations/20261130172618_people_and_their_links/migration.sql', import.meta.url);

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

/** What the migration does to rows that are there: its statements but those that change the schema. */
async function changeRows(): Promise<void> {
  const script = (await readFile(MIGRATION, 'utf8')).replaceAll(/^--.*$/gm, '');
  const statements = script.match(/^(DELETE|UPDATE) [^;]*;/gm) ?? [];
  expect(statements).toHaveLength(3);
  for (const statement of statements) await platform.pool.query(statement);
}

test('an upgrade keeps what was proved: addresses of a provider and of mailed changes, invitations of whoever may still invite', async () => {
  const { database } = platform;
  const people = {
    invited: await createTestUser(platform, organization, 'owner'),
    linked: await createTestUser(platform, organization, 'admin'),
    changed: await createTestUser(platform, organization, 'member'),
  };
  const { invited, linked, changed } = people;
  await database.account.create({ data: { userId: linked.id, accountId: 'sub', providerId: 'oidc' } });
  await database.user.update({ where: { id: changed.id }, data: { email: `new.${changed.email}` } });
  const invite = (inviterId: string, role: string) =>
    database.invitation.create({
      data: { organizationId: organization.id, email: `${role}@example.com`, role, inviterId, expiresAt: new Date() },
    });
  const made = [
    await invite(invited.id, 'owner'),
    await invite(linked.id, 'admin'),
    await invite(linked.id, 'owner'),
    await invite(changed.id, 'member'),
  ];
  await database.verification.create({ data: { identifier: 'x', value: invited.id, expiresAt: new Date() } });
  await changeRows();
  const confirmed: Record<string, boolean> = {};
  for (const [name, { id }] of Object.entries(people))
    confirmed[name] = (await database.user.findUniqueOrThrow({ where: { id } })).emailVerified;
  expect(confirmed).toEqual({ invited: false, linked: true, changed: true });
  const states: string[] = [];
  for (const { id } of made) states.push((await database.invitation.findUniqueOrThrow({ where: { id } })).status);
  expect(states).toEqual(['pending', 'pending', 'canceled', 'canceled']);
  expect(await database.verification.count()).toBe(0);
});
