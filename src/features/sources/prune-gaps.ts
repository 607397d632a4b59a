import type { Platform } from '#platform/scope.ts';

/**
 * Deletes gaps that were closed longer ago than the retention, and with them which rows had filled them: the events that
 * these made are gone by then too.
 * @returns how many went.
 */
export async function pruneGaps({ database, config }: Pick<Platform, 'database' | 'config'>): Promise<number> {
  const oldest = new Date(Date.now() - config.retentionDays * 86_400_000);
  const { count } = await database.sourceGap.deleteMany({ where: { closed_at: { lt: oldest } } });
  return count;
}
