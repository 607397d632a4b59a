import type { Platform } from '#platform/scope.ts';

const BATCH = 1_000;

/**
 * Deletes changes that are older than the retention, except the last one of each run, so a poller that comes late still
 * learns the state of every run.
 * @returns how many were deleted.
 */
export async function pruneRunChanges({ database, config }: Pick<Platform, 'database' | 'config'>): Promise<number> {
  for (let deleted = 0; ; ) {
    const count = await database.$executeRaw`
      delete from dataintel.pipeline_run_change where (organization_id, position) in (
        select c.organization_id, c.position from dataintel.pipeline_run_change c
        where c.changed_at < now() - make_interval(days => ${config.retentionDays}::int) and exists (
          select from dataintel.pipeline_run_change n where n.run_id = c.run_id and n.position > c.position
        ) limit ${BATCH}
      )`;
    deleted += count;
    if (count < BATCH) return deleted;
  }
}
