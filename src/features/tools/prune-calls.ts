import type { Platform } from '#platform/scope.ts';

/** How many calls an organization's log keeps, however young they are. */
const MOST_ROWS = 100_000;
const BATCH = 1_000;

/**
 * Deletes what the log of calls keeps no longer: older than the retention, or beyond the row limit of its organization.
 * In batches, so that no statement holds rows for long.
 * @returns how many rows went
 */
export async function pruneCalls(
  { database, config }: Pick<Platform, 'database' | 'config'>,
  mostRows = MOST_ROWS,
): Promise<number> {
  const oldest = new Date(Date.now() - config.retentionDays * 86_400_000);
  const organizations = await database.organization.findMany({ select: { id: true } });
  let deleted = 0;
  for (const { id } of organizations) {
    for (let count = BATCH; count === BATCH; deleted += count) {
      count = await database.$executeRaw`
        delete from tool_call where id in (
          select id from tool_call
          where organization_id = ${id}
            and (at < ${oldest} or id < coalesce((
              select id from tool_call where organization_id = ${id} order by id desc offset ${mostRows - 1} limit 1
            ), '00000000-0000-0000-0000-000000000000'::uuid))
          order by id limit ${BATCH}
        )`;
    }
  }
  return deleted;
}
