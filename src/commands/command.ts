import type { Platform } from '#platform/scope.ts';

/** One thing that the command line does. */
export type Command = {
  /** As it is typed: `api-keys create`. */
  name: string;
  /** What follows the name, for the usage text. */
  takes: string;
  does: string;
  /** Its options for Node's `parseArgs`, all with a value. */
  options: readonly string[];
  /** Reads what was typed. @throws UsageError */
  prepare(options: Record<string, string | undefined>, operands: readonly string[]): Work;
};

/** @returns what is printed. */
export type Work = (platform: Platform) => Promise<string>;

/** Something typed that cannot be meant. The message is one sentence. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Who the audit log names for what the command line does. */
export const COMMAND_LINE = { type: 'system', id: 'cli', name: 'Command line' } as const;
