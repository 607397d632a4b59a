import type { Platform } from '#platform/scope.ts';

/** How many groups are remembered. Those that were not seen for the longest time are deleted first. */
const MOST_KNOWN = 200_000;
const BATCH = 2_000;

/**
 * Deletes old alerts, and groups that were not seen for longer than the retention, which then count as new again. Works
 * in batches, so that no statement holds locks for long.
 * @returns how many rows were deleted
 */
export async function pruneAlerts(
  { database, config }: Pick<Platform, 'database' | 'config'>,
  mostKnown = MOST_KNOWN,
): Promise<number> {
  const alerts = await inBatches(
    () => database.$executeRaw`
      delete from csp_alert where id in (
        select id from csp_alert where at < now() - make_interval(days => ${config.retentionDays}::int) limit ${BATCH})`,
  );
  const unseen = await inBatches(
    () => database.$executeRaw`
      delete from csp_known_group where (organization_id, group_id) in (
        select organization_id, group_id from csp_known_group
        where last_seen_at < now() - make_interval(days => ${config.retentionDays}::int) limit ${BATCH})`,
  );
  const surplus = Math.max(0, (await database.cspKnownGroup.count()) - mostKnown);
  let forgotten = 0;
  while (forgotten < surplus) {
    const count = await database.$executeRaw`
      delete from csp_known_group where (organization_id, group_id) in (
        select organization_id, group_id from csp_known_group
        order by organization_id, last_seen_at limit ${Math.min(BATCH, surplus - forgotten)})`;
    if (count === 0) break;
    forgotten += count;
  }
  return alerts + unseen + forgotten;
}

async function inBatches(deleteBatch: () => Promise<number>): Promise<number> {
  let deleted = 0;
  for (;;) {
    const count = await deleteBatch();
    deleted += count;
    if (count < BATCH) return deleted;
  }
}
