import { pruneLog } from '#platform/log-files/prune-log.ts';
import type { Platform } from '#platform/scope.ts';

const MOST_ROWS = 100_000;

/** Prunes the log of sends. @returns how many rows went */
export const pruneSends = (platform: Pick<Platform, 'database' | 'config'>, mostRows = MOST_ROWS): Promise<number> =>
  pruneLog(platform, 'connector_send', mostRows);
