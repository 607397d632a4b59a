import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSeenGroups } from '#features/csp/receive/seen-groups.ts';
import { createCspConsole, type TestReport } from '#testing/csp/console.ts';
import { createTestOrganization } from '#testing/test-platform.ts';
import { muteGroup } from './mute-group.ts';
import { listMutes, loadMutes } from './mutes.ts';
import { unmuteGroup } from './unmute-group.ts';

let console_: Awaited<ReturnType<typeof createCspConsole>>;
beforeAll(async () => {
  console_ = await createCspConsole();
});
afterAll(() => console_.close());

const audited = (target_id: string) =>
  console_.platform.database.auditLog.findMany({ where: { target_id }, orderBy: { id: 'asc' } });
const mutedGroups = async () => (await loadMutes(console_.platform)).map(({ group_id }) => group_id);

/** The id of the group of this report, once it was received. */
async function groupOf(report: TestReport & { blocked: string }): Promise<string> {
  await console_.report(report, new Date());
  const groups = await readSeenGroups(await console_.scope(), new Date());
  const group = groups.find(({ blocked }) => blocked === report.blocked);
  if (!group) throw new Error('The report was not read back.');
  return group.id;
}

test('a group is muted by somebody, with a note, until somebody lifts it; both are audited', async () => {
  const id = await groupOf({ blocked: 'https://ads.example/a.png', directive: 'img-src', disposition: 'report' });
  const scope = await console_.scope();
  const title = 'Would block img-src from ads.example';
  const mute = await muteGroup(scope, { id, note: 'The old banner.' });
  expect(mute).toEqual({
    group: id,
    title,
    note: 'The old banner.',
    by: { type: 'user', id: 'user-of-a-test', name: 'Ada Test' },
    at: expect.any(Date),
  });
  expect((await listMutes(scope)).items).toEqual([mute]);
  expect(await mutedGroups()).toEqual([id]);
  await unmuteGroup(scope, id);
  expect(await mutedGroups()).toEqual([]);
  expect(await audited(id)).toMatchObject([
    { action: 'csp_group.muted', target_name: title, details: { note: 'The old banner.' } },
    { action: 'csp_group.unmuted', target_name: title, details: { note: 'The old banner.' } },
  ]);
});

test('a group that nobody reported cannot be muted', async () => {
  const muting = muteGroup(await console_.scope(), { id: '00000000000000a1', note: '' });
  await expect(muting).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await audited('00000000000000a1')).toEqual([]);
});

test('of two who mute a group at once one does, and the other is told', async () => {
  const id = await groupOf({ blocked: 'https://twice.example/' });
  const scope = await console_.scope();
  const both = await Promise.allSettled([1, 2].map(() => muteGroup(scope, { id, note: '' })));
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
  expect(await audited(id)).toHaveLength(1);
});

test('what is not muted cannot be unmuted, also not when another organization did mute it', async () => {
  const id = await groupOf({ blocked: 'https://theirs.example/' });
  const other = await createTestOrganization(console_.platform);
  const by = { by_type: 'user', by_id: 'u', by_name: 'Grace' };
  await console_.platform.database.cspMute.create({
    data: { organization_id: other.id, group_id: id, title: 'Theirs', note: '', ...by },
  });
  expect(await mutedGroups()).not.toContain(id);
  await expect(unmuteGroup(await console_.scope(), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await audited(id)).toEqual([]);
});
