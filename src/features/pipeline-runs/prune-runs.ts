import type { Platform } from '#platform/scope.ts';

const BATCH = 1_000;

/**
 * Deletes runs that ended and have not changed for `PIPELINE_RUN_RETENTION_DAYS`, and what is kept of their changes. The
 * platform writes these rows too, so one that is queued or running stays however old it is: the platform will still
 * update it.
 * @returns how many runs went.
 */
export async function pruneRuns({ database, config }: Pick<Platform, 'database' | 'config'>): Promise<number> {
  for (let deleted = 0; ; ) {
    const count = await database.$executeRaw`
      with old as (
        select id from dataintel.pipeline_runs
        where changed_at < now() - make_interval(days => ${config.pipelineRunRetentionDays}::int) and status in ('succeeded', 'failed', 'cancelled')
        limit ${BATCH} for update skip locked
      ), changes as (
        delete from dataintel.pipeline_run_change c using old where c.run_id = old.id
      )
      delete from dataintel.pipeline_runs r using old where r.id = old.id`;
    deleted += count;
    if (count < BATCH) return deleted;
  }
}
