import type { Platform } from '#platform/scope.ts';

const BATCH = 5_000;

/** Deletes idempotency keys that are older than 24 hours, in batches. @returns how many went. */
export async function pruneEventKeys({ database }: Pick<Platform, 'database'>): Promise<number> {
  for (let deleted = 0; ; ) {
    const count = await database.$executeRaw`
      delete from event_key where (organization_id, key) in (
        select organization_id, key from event_key where created_at < now() - interval '24 hours' limit ${BATCH}
      )`;
    deleted += count;
    if (count < BATCH) return deleted;
  }
}
