import { z } from 'zod';
import { isUndecided } from '#core/csp/noise/noise-memory.ts';
import { noiseToday } from '#core/csp/noise/own-noise.ts';
import type { CspLine, LineKind } from '#core/csp/report/line.ts';
import { createLineFilter } from '#core/csp/report/line-filter.ts';
import { collectNewest, isNewer } from '#core/lines/newest-lines.ts';
import { listStreamFiles } from '#features/csp/live/stream-files.ts';
import { loadOwnNoiseRules, type OwnNoiseRule } from '#features/csp/noise/own-noise-rules.ts';
import type { CspScope } from '../csp-scope.ts';
import { type cursorInput, readCursor, writeCursor } from './cursor.ts';
import { areKeyed, findLines } from './find-lines.ts';
import { type CspFilters, toLineFilter } from './line-filter.ts';
import type { LineSearch } from './line-search.ts';
import { readBackward } from './read-backward.ts';
import { toStreamLine, toViolation } from './violation-of-line.ts';

type Question = CspFilters & { limit: number; cursor?: z.output<typeof cursorInput> };
type KindsQuestion = Question & { kinds?: readonly LineKind[] | undefined };

/** Violations, newest first. */
export async function listViolations(scope: CspScope, question: Question, signal?: AbortSignal) {
  const { lines, rules, next_cursor } = await readPage(scope, { ...question, kinds: ['violation'] }, signal);
  return { items: lines.flatMap((line) => toViolation(line, rules) ?? []), next_cursor };
}

/** Lines of the log stream of any kind, newest first. */
export async function listLines(scope: CspScope, question: KindsQuestion, signal?: AbortSignal) {
  const { lines, rules, next_cursor } = await readPage(scope, question, signal);
  return { items: lines.map((line) => toStreamLine(line, rules)), next_cursor };
}

const endSchema = z.tuple([z.int(), z.string()]);

async function readPage(scope: CspScope, { limit, cursor, kinds, ...filters }: KindsQuestion, signal?: AbortSignal) {
  const [time, id] = cursor === undefined ? [] : readCursor(cursor, endSchema);
  const end = time === undefined || id === undefined ? null : { time, id };
  const asked = toLineFilter(filters);
  const until = Math.min(asked.until ?? Infinity, end ? end.time + 1 : Infinity);
  const filter = { ...asked, until: until === Infinity ? undefined : until };
  const rules = await loadOwnNoiseRules(scope.platform);
  const search = { filter, kinds, end, most: limit + 1 };
  const found = (await readNewest(scope, search, rules, signal)) ?? (await findLines(scope, search, signal));
  const lines = found.slice(0, limit);
  const last = lines.at(-1);
  return { lines, rules, next_cursor: found.length > limit && last ? writeCursor([last.time, last.id]) : null };
}

/** How many lines are read one by one. */
const MOST_LINES_READ = 8_000;

/** @returns null when the lines are further back, where DuckDB finds them faster. */
async function readNewest(
  { platform }: CspScope,
  { filter, kinds, end, most }: LineSearch,
  rules: readonly OwnNoiseRule[],
  signal: AbortSignal | undefined,
): Promise<readonly CspLine[] | null> {
  const files = await listStreamFiles(platform.config.csp.logDir, filter);
  const passes = createLineFilter(filter, ({ csp }) => csp && noiseToday(csp, rules));
  const asksGroups = filter.noise !== undefined && rules.length > 0;
  const newest = collectNewest<CspLine>(most);
  let read = 0;
  for await (const { line, latest } of readBackward(files, { ...filter, signal })) {
    if (newest.isSettledAt(latest)) break;
    read += 1;
    // Lines of older versions have no id by which they were found again.
    if (read === MOST_LINES_READ && (await areKeyed(files))) return null;
    if (kinds && !kinds.includes(line.kind)) continue;
    // Its group's written lines decide, which come later when lines are read backward.
    if (asksGroups && isUndecided(line) && (await areKeyed(files))) return null;
    if (passes(line) && (end === null || isNewer(end, line))) newest.add(line);
  }
  return newest.lines;
}
