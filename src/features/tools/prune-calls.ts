import { pruneLog } from '#platform/log-files/prune-log.ts';
import type { Platform } from '#platform/scope.ts';

const MOST_ROWS = 100_000;

/** Prunes the log of calls. @returns how many rows went */
export const pruneCalls = (platform: Pick<Platform, 'database' | 'config'>, mostRows = MOST_ROWS): Promise<number> =>
  pruneLog(platform, 'tool_call', mostRows);
