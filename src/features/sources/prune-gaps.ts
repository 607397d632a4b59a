import type { Platform } from '#platform/scope.ts';

/**
 * Deletes gaps that were closed longer ago than the retention, with the record of which rows had filled them. The
 * events from these rows have been deleted by then, too.
 * @returns how many were deleted.
 */
export const pruneGaps = ({
  database,
  config,
}: Pick<Platform, 'database' | 'config'>): Promise<number> => database.$executeRaw`
  delete from source_gap where closed_at < now() - make_interval(days => ${config.retentionDays}::int)`;
