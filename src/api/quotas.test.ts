import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { MOST_STREAMS_EACH } from '#platform/quotas.ts';
import { callerOf } from '#testing/test-caller.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  TEST_ORIGIN,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { handleRest } from './rest.ts';
import { handleTrpc } from './trpc.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform({ EVENTS_PER_SECOND: '1000' });
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const tail = async (headers: Record<string, string>, id: string) => {
  const client = new AbortController();
  const address = `${TEST_ORIGIN}/api/trpc/deliveries.tail?input=${encodeURIComponent(JSON.stringify({ webhook_id: id }))}`;
  const answer = await handleTrpc(platform, new Request(address, { headers, signal: client.signal }));
  return { answer, hangUp: () => client.abort() };
};

test('one caller opens 20 event streams, then gets 429 that says what to do, while others go on; one that ends makes place', async () => {
  const id = await organization.webhookId();
  const { id: userId, cookie } = await createTestUser(platform, organization, 'member');
  const headers = { cookie };
  const open = await Promise.all(Array.from({ length: MOST_STREAMS_EACH }, () => tail(headers, id)));
  expect(open.map(({ answer }) => answer.status)).toEqual(open.map(() => 200));
  // A browser's EventSource reads no body of a status other than 200: the refusal is the stream's only event.
  const refused = await tail(headers, id);
  const [event] = /(?<=^data: ).*"message".*$/m.exec(await refused.answer.text()) ?? [];
  expect(JSON.parse(event ?? 'null')).toMatchObject({
    message: expect.stringContaining('Close some of their tabs or connections'),
    data: { httpStatus: 429, contract_code: 'RATE_LIMITED' },
  });
  const other = await tail({ authorization: `Bearer ${await createTestApiKey(organization.scope(), ['read'])}` }, id);
  expect(other.answer.status).toBe(200);
  open[0]?.hangUp();
  // Asks the quota itself, which throws while there is no place.
  await until('a place is free again', () => platform.quotas.openStream({ type: 'user', id: userId }));
  for (const { hangUp } of [...open, other]) hangUp();
});

test('a key publishes so many events a second, then gets 429 with Retry-After, of a batch all or none; another key goes on', async () => {
  const publish = async (key: string, events: number) => {
    const event = { event_type: 'dataset.updated', data: { dataset_id: 'd' } };
    const body = JSON.stringify({ events: Array.from({ length: events }, () => event) });
    const headers = { authorization: `Bearer ${key}` };
    return handleRest(platform, new Request(`${TEST_ORIGIN}/api/events/batch`, { method: 'POST', headers, body }));
  };
  const keys = [
    await createTestApiKey(organization.scope(), ['publish']),
    await createTestApiKey(organization.scope(), ['publish']),
  ] as const;
  const before = await platform.database.event.count();
  const answers = await Promise.all([publish(keys[0], 600), publish(keys[0], 600)]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 429]);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect(await refused?.json()).toMatchObject({
    code: 'RATE_LIMITED',
    message: expect.stringContaining('More than 1,000 events in a second'),
  });
  expect((await publish(keys[1], 1)).status).toBe(202);
  expect(await platform.database.event.count()).toBe(before + 601);
});

test('a person owns 20 organizations, also who asks for many at the same time, and is told what to do then', async () => {
  const home = await createTestOrganization(platform);
  const { id, cookie } = await createTestUser(platform, home, 'owner');
  await platform.database.organization.createMany({
    data: Array.from({ length: 17 }, (_, index) => ({ id: `${id}-${index}`, name: 'Another', slug: `${id}-${index}` })),
  });
  await platform.database.member.createMany({
    data: Array.from({ length: 17 }, (_, index) => ({ organizationId: `${id}-${index}`, userId: id, role: 'owner' })),
  });
  const caller = await callerOf(platform, cookie);
  const made = await Promise.allSettled(
    Array.from({ length: 4 }, (_, index) => caller.organization.create({ name: `New ${id} ${index}` })),
  );
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  const refusals = z
    .array(z.object({ reason: z.object({ code: z.string(), message: z.string() }) }))
    .parse(made.filter(({ status }) => status === 'rejected'));
  for (const { reason } of refusals) {
    expect(reason.code).toBe('CONFLICT');
    expect(reason.message).toContain('Before you create another, delete one');
  }
  expect(await platform.database.member.count({ where: { userId: id, role: 'owner' } })).toBe(20);
});

test('an organization has 100 open invitations, then 409 until one is revoked, accepted or expires', async () => {
  const home = await createTestOrganization(platform);
  const { id, cookie } = await createTestUser(platform, home, 'owner');
  const week = new Date(Date.now() + 7 * 86_400_000);
  await platform.database.invitation.createMany({
    data: Array.from({ length: 99 }, (_, index) => ({
      organizationId: home.id,
      email: `${index}-${id}@example.com`,
      role: 'member',
      inviterId: id,
      expiresAt: week,
    })),
  });
  const caller = await callerOf(platform, cookie);
  const invite = (name: string) => caller.invitations.create({ email: `${name}-${id}@example.com`, role: 'member' });
  const last = await invite('last');
  await expect(invite('more')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('Revoke some'),
  });
  // One that takes the place of an open one is not one more.
  await invite('last');
  expect(last.email).toContain('last');
  await platform.database.invitation.updateMany({
    where: { organizationId: home.id, email: `0-${id}@example.com` },
    data: { expiresAt: new Date(0) },
  });
  await invite('more');
});

test('an organization sends 50 invitations in a quarter of an hour, then gets 429', async () => {
  const home = await createTestOrganization(platform);
  const { id, cookie } = await createTestUser(platform, home, 'owner');
  const caller = await callerOf(platform, cookie);
  const again = () => caller.invitations.create({ email: `same-${id}@example.com`, role: 'member' });
  for (let sent = 0; sent < 50; sent += 1) await again();
  await expect(again()).rejects.toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    message: expect.stringContaining('minutes'),
  });
  const audited = await platform.database.auditLog.count({
    where: { organization_id: home.id, action: 'member.invited' },
  });
  expect(audited).toBe(50);
});
