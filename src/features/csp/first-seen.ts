import { z } from 'zod';
import type { CspScope } from './csp-scope.ts';
import { examine, firstSeenSql, updateSeen } from './examined-files.ts';
import type { Parameters } from './parameters.ts';
import { retryWithFiles } from './retry-with-files.ts';

/** When each group was first seen in all of the log stream that is kept. */
export type FirstSeen = {
  /** A relation of `grp` and `first_seen`. */
  sql(parameters: Parameters): string;
  /** About how many groups there are, but for those of the files that still grow. */
  groups: number;
};

export function lookUpFirstSeen({ platform: { duckdb, config } }: CspScope): Promise<FirstSeen> {
  return retryWithFiles(config.csp.logDir, {}, async (files, longLines) => {
    const reading = await examine(duckdb, files, longLines);
    const state = await updateSeen(duckdb, reading);
    const [known] = await duckdb.ask({
      sql: 'select approx_count_distinct(grp)::double as groups from seen',
      parameters: {},
      row: z.object({ groups: z.number() }),
    });
    return {
      groups: known?.groups ?? 0,
      sql: (parameters) => `(
        select grp, min(first_seen)::double as first_seen from ${firstSeenSql(reading, parameters)} group by grp /* ${state} */)`,
    };
  });
}
