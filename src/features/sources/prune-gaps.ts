import type { Platform } from '#platform/scope.ts';

/**
 * Deletes gaps that were closed longer ago than the retention, and with them which rows had filled them: the events that
 * these made are gone by then too.
 * @returns how many went.
 */
export const pruneGaps = ({
  database,
  config,
}: Pick<Platform, 'database' | 'config'>): Promise<number> => database.$executeRaw`
  delete from source_gap where closed_at < now() - make_interval(days => ${config.retentionDays}::int)`;
