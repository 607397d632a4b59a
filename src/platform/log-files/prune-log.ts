import { Prisma } from '#platform/generated/prisma/client.ts';
import type { Platform } from '../scope.ts';

const BATCH = 1_000;

/**
 * Deletes the rows that a log no longer keeps: those older than the retention, or beyond the row limit of their
 * organization. Works in batches, so that no statement holds locks for long. PostgreSQL's clock decides how old a row
 * is.
 * @param table has the columns id (a UUIDv7), organization_id, and at
 * @param mostRows how many rows an organization's log keeps, however new they are
 * @returns how many rows were deleted
 */
export async function pruneLog(
  { database, config }: Pick<Platform, 'database' | 'config'>,
  table: 'connector_send' | 'tool_call',
  mostRows: number,
): Promise<number> {
  const rows = Prisma.raw(table);
  const organizations = await database.organization.findMany({ select: { id: true } });
  let deleted = 0;
  for (const { id } of organizations) {
    for (let count = BATCH; count === BATCH; deleted += count) {
      count = await database.$executeRaw`
        delete from ${rows} where id in (
          select id from ${rows}
          where organization_id = ${id}
            and (at < now() - make_interval(days => ${config.retentionDays}::int) or id < coalesce((
              select id from ${rows} where organization_id = ${id} order by id desc offset ${mostRows - 1} limit 1
            ), '00000000-0000-0000-0000-000000000000'::uuid))
          order by id limit ${BATCH}
        )`;
    }
  }
  return deleted;
}
