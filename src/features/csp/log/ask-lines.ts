import type { z } from 'zod';
import type { OwnNoiseParts } from '#core/csp/noise/own-noise.ts';
import type { LineFilter } from '#core/csp/report/line-filter.ts';
import { stateOf } from '#features/csp/live/stream-files.ts';
import { loadOwnNoiseRules } from '#features/csp/noise/own-noise-rules.ts';
import { createSharedRuns } from '#platform/postgres/shared-runs.ts';
import type { CspScope } from '../csp-scope.ts';
import { examine } from './examined-files.ts';
import { linesOf, whereLines } from './line-sql.ts';
import { createParameters, type Parameters } from './parameters.ts';
import { retryWithFiles } from './retry-with-files.ts';

export type LineQuestion<Row> = {
  filter: LineFilter;
  /** What is noise, in place of the administrators' own rules. */
  rules?: readonly OwnNoiseParts[];
  /** @param lines a relation of the lines that pass the filter, with the columns of `linesOf`. */
  sql: (lines: string, parameters: Parameters) => string;
  row: z.ZodType<Row>;
  /** Only files to which lines came since then, in ms since 1970: a browser may report much later than it happened. */
  arrivedSince?: number;
};

/** Answers that are kept while no line comes. */
const MOST_ANSWERS = 32;

/**
 * Runs a DuckDB query over the lines of the log stream. As long as no line is added, the same query returns the same
 * answer from memory, so callers must not change it. Without files, there are no rows.
 * @throws the signal's reason when it is aborted.
 */
export async function askLines<Row>(
  { platform }: CspScope,
  { filter, rules: given, sql, row, arrivedSince }: LineQuestion<Row>,
  signal?: AbortSignal,
): Promise<Row[]> {
  const { duckdb, config } = platform;
  const runs = duckdb.keep('answers', () => createSharedRuns(MOST_ANSWERS));
  const rules = given ?? (await loadOwnNoiseRules(platform));
  const time = arrivedSince === undefined ? filter : { ...filter, since: arrivedSince };
  return retryWithFiles(config.csp.logDir, time, async (files, longLines) => {
    if (files.length === 0) return [];
    const parameters = createParameters();
    const lines = `(select * from ${linesOf(await examine(duckdb, files, longLines), rules, parameters)} where ${whereLines(filter, parameters)})`;
    const question = { sql: sql(lines, parameters), parameters: parameters.values, row };
    const key = JSON.stringify([question.sql, question.parameters, await stateOf(files)]);
    return runs.run(key, (stop) => duckdb.ask(question, stop), signal);
  });
}
