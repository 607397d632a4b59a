import { z } from 'zod';
import { BLOCKED_KINDS, DISPOSITIONS } from '#core/csp/report/line.ts';
import { groupTitle } from '#core/csp/report/record.ts';
import { MOST_AGE_MS } from '#features/csp/live/stream-files.ts';
import { askLines } from '#features/csp/log/ask-lines.ts';
import { IS_OF_GROUP } from '#features/csp/log/line-sql.ts';
import type { CspScope } from '../csp-scope.ts';

/** A flood of made-up groups has a bound; the most frequent are looked at. */
const MOST_GROUPS = 5_000;
const MOST_GROUPS_BEFORE = 50_000;

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Of how many days the same hour is looked at, and whether a group was there at all. */
const DAYS = 7;

const seenRow = z.object({
  id: z.string(),
  title: z.string(),
  dispositions: z.array(z.enum(DISPOSITIONS).nullable().catch(null)),
  directive: z.string().catch(''),
  blocked: z.string().nullable(),
  blocked_kind: z.enum(BLOCKED_KINDS).nullable(),
  blocked_host: z.string().nullable(),
  document: z.string().nullable(),
  browser: z.string().nullable(),
  is_noise: z.boolean(),
  count: z.number(),
  recent: z.number(),
});

/** A group as it was seen lately: how often in the hour that runs, and with what was held back and the hours before. */
export type SeenGroup = z.output<typeof seenRow>;

export const startOfHour = (at: Date): number => Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;

/**
 * The groups with lines in the files that were written in the hour that runs or the one before, whenever they happened:
 * browsers hold reports back for up to two days. A line that stands for many
 * has no code that a rule could look at, so that the others say what is noise.
 */
export async function readSeenGroups(scope: CspScope, now: Date, signal?: AbortSignal): Promise<SeenGroup[]> {
  const hour = startOfHour(now);
  const rows = await askLines(
    scope,
    {
      filter: { since: hour - HOUR_MS - MOST_AGE_MS, until: hour + HOUR_MS },
      arrivedSince: hour - HOUR_MS,
      row: seenRow,
      sql: (lines, parameters) => `
        select grp as id, coalesce(newest.title, '') as title, dispositions,
          newest.directive as directive, newest.blocked as blocked, newest.kind as blocked_kind,
          newest.host as blocked_host, newest.document as document, newest.browser as browser, is_noise, count, recent
        from (
          select grp, sum(weight) as recent, list(distinct coalesce(disposition, '')) as dispositions,
            coalesce(bool_and(noise is not null) filter (suppressed is null), bool_and(noise is not null)) as is_noise,
            coalesce(sum(weight) filter (time >= ${parameters.bind(hour)} and noise is null), 0) as count,
            coalesce(
              arg_max({title: msg, directive: directive, blocked: blocked, kind: blocked_kind,
                host: blocked_host, document: document, browser: browser}, time) filter (suppressed is null),
              arg_max({title: msg, directive: directive, blocked: blocked, kind: blocked_kind, host: blocked_host, document: document,
                browser: browser}, time)
            ) as newest
          from ${lines} where ${IS_OF_GROUP} group by grp
        )
        order by recent desc, id limit ${MOST_GROUPS}`,
    },
    signal,
  );
  return rows.map((row) => ({ ...row, title: groupTitle(row.title, row.dispositions) }));
}

/** The ids of the groups that were seen before a time, as far as the log stream is kept. */
export async function readGroupsBefore(scope: CspScope, before: Date, signal?: AbortSignal): Promise<string[]> {
  const rows = await askLines(
    scope,
    {
      filter: { until: before.getTime() },
      row: z.object({ id: z.string() }),
      sql: (lines) =>
        `select grp as id from ${lines} where ${IS_OF_GROUP} group by grp order by max(time) desc limit ${MOST_GROUPS_BEFORE}`,
    },
    signal,
  );
  return rows.map(({ id }) => id);
}

const hourRow = z.object({ id: z.string(), first: z.number(), counts: z.array(z.number()) });

/**
 * What the same hour had on the days before, for each of the groups: of those days alone on which it had been seen
 * already, so that its first days do not count as days without it.
 */
export async function readSameHours(
  scope: CspScope,
  ids: readonly string[],
  now: Date,
  signal?: AbortSignal,
): Promise<Map<string, number[]>> {
  if (ids.length === 0) return new Map();
  const hours = Array.from({ length: DAYS }, (_, index) => startOfHour(now) - (index + 1) * DAY_MS);
  const oldest = hours.at(-1) ?? 0;
  const rows = await askLines(
    scope,
    {
      filter: { since: oldest, until: startOfHour(now) },
      row: hourRow,
      sql(lines, parameters) {
        const counts = hours.map((hour) => {
          const start = parameters.bind(hour);
          return `coalesce(sum(weight) filter (noise is null and time >= ${start} and time < ${start} + ${HOUR_MS}), 0)`;
        });
        const asked = ids.map((id) => parameters.bind(id)).join(', ');
        return `select grp as id, min(time)::double as first, [${counts.join(', ')}] as counts
          from ${lines} where ${IS_OF_GROUP} and grp in (${asked}) group by grp`;
      },
    },
    signal,
  );
  return new Map(
    rows.map(({ id, first, counts }) => [id, counts.filter((_, index) => (hours[index] ?? 0) + HOUR_MS > first)]),
  );
}
