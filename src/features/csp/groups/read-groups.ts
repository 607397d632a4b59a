import { z } from 'zod';
import { BLOCKED_KINDS } from '#core/csp/report/line.ts';
import type { LineFilter } from '#core/csp/report/line-filter.ts';
import { groupTitle } from '#core/csp/report/record.ts';
import type { Disposition } from '#core/csp/report/report.ts';
import { askLines } from '#features/csp/log/ask-lines.ts';
import { examine, firstSeenSql, updateSeen } from '#features/csp/log/examined-files.ts';
import type { TimeSpan } from '#features/csp/log/line-filter.ts';
import { GROUP_ID, hasKind, REPORTS } from '#features/csp/log/line-sql.ts';
import type { Parameters } from '#features/csp/log/parameters.ts';
import { retryWithFiles } from '#features/csp/log/retry-with-files.ts';
import { routeSql } from '#features/csp/log/route-sql.ts';
import { noiseReason } from '#features/csp/noise/noise-reason.ts';
import { loadOwnNoiseRules } from '#features/csp/noise/own-noise-rules.ts';
import type { CspScope } from '../csp-scope.ts';
import { DAY_MS } from '../log/line-filter.ts';
import type { groupSchema } from '../schema.ts';
import { loadMutes } from './mutes.ts';

export type Group = z.input<typeof groupSchema>;

/** In SQL, of the columns that a group has. Those that are new stand before all others. */
const RANKS = {
  count: 'count',
  last_seen: 'last_seen',
  first_seen: 'first_seen',
  new: 'count + case when is_new then 1e15 else 0 end',
};

export type GroupSort = keyof typeof RANKS;

export const GROUP_SORTS = Object.keys(RANKS) as [GroupSort, ...GroupSort[]];

export type GroupQuestion = {
  filter: LineFilter & TimeSpan;
  sort: GroupSort;
  muted?: boolean | undefined;
  is_new?: boolean | undefined;
  /** A group first seen from then on is new. */
  newSince: number;
  /** The groups after this one in the sort's order. */
  after?: { rank: number; id: string } | undefined;
  most: number;
};

const SPARKS = 24;

/** Looked at once a group: it takes a third of the time of all lines. */
const IS_GROUP = `regexp_matches(grp, '${GROUP_ID}') and ${hasKind('any_value(blocked_kind)')}`;

const MOST_BROWSERS = 5;

/** Beyond, the page's groups are found first and looked at then, so that memory does not grow with their number. */
const MANY_GROUPS = 20_000;

const rowSchema = z.object({
  id: z.string(),
  rank: z.number(),
  title: z.string().nullable(),
  enforced: z.number(),
  only_reported: z.number(),
  directive: z.string().nullable(),
  blocked_kind: z.enum(BLOCKED_KINDS).nullable(),
  blocked_host: z.string().nullable(),
  newest: z
    .object({
      blocked: z.string().nullable(),
      document: z.string().nullable(),
      sample: z.string().nullable(),
      policy_hash: z.string().nullable(),
    })
    .nullable(),
  count: z.number(),
  first_seen: z.number(),
  last_seen: z.number(),
  is_new: z.boolean(),
  muted: z.boolean(),
  noise: z.string().nullable(),
  documents: z.number(),
  browsers: z.array(z.object({ key: z.string(), value: z.bigint() })),
  sparks: z.array(z.object({ key: z.bigint(), value: z.bigint() })),
});

/** The groups of a time in their order, each with its rank in it. */
export async function readGroups(
  scope: CspScope,
  question: GroupQuestion,
  signal?: AbortSignal,
): Promise<{ group: Group; rank: number }[]> {
  const [firstSeen, mutes, rules] = await Promise.all([
    lookUpFirstSeen(scope),
    loadMutes(scope.platform),
    loadOwnNoiseRules(scope.platform),
  ]);
  const { filter, sort, muted, is_new, newSince, after, most } = question;
  const rows = await askLines(
    scope,
    {
      filter,
      row: rowSchema,
      sql(lines, parameters) {
        const start = parameters.bind(filter.since);
        const length = parameters.bind(filter.until - filter.since);
        // Lines that stand for many have keys of their own, so that one histogram counts both.
        const spark = `(time - ${start}) * ${SPARKS} // ${length} + coalesce(suppressed, 0) * ${SPARKS}`;
        const rank = after && parameters.bind(after.rank);
        const conditions = [
          muted === undefined ? 'true' : `muted = ${muted}`,
          is_new === undefined ? 'true' : `is_new = ${is_new}`,
          after ? `(rank < ${rank} or (rank = ${rank} and grp < ${parameters.bind(after.id)}))` : 'true',
        ];
        const order = (grouped: string) => `
          select *, ${RANKS[sort]} as rank
          from (
            select *, first_seen >= ${parameters.bind(newSince)} as is_new,
              list_contains(${parameters.bind(mutes.map(({ group_id }) => group_id))}, grp) as muted
            from (select * replace (coalesce(first_seen, last_seen) as first_seen)
              from ${grouped} left join ${firstSeen.sql(parameters)} using (grp))
          )
          where ${conditions.join(' and ')}
          order by rank desc, grp desc limit ${parameters.bind(most)}`;
        const counted = `${REPORTS} as count, max(time)::double as last_seen`;
        const isMany = firstSeen.groups > MANY_GROUPS;
        const those = `(select grp, ${counted} from ${lines} where grp is not null group by grp having ${IS_GROUP})`;
        return `
          with those as (${isMany ? order(those) : 'select null as grp'}),
          grouped as (
            select grp, ${counted},
              any_value(msg) as title, ${of('enforce')} as enforced, ${of('report')} as only_reported,
              any_value(directive) as directive,
              any_value(blocked_kind) as blocked_kind, any_value(blocked_host) as blocked_host,
              arg_max({blocked: blocked, document: document, sample: sample, policy_hash: policy_hash}, time) filter (suppressed is null) as newest,
              case when count(*) = count(noise) then any_value(noise) end as noise,
              histogram(browser) as browsers, histogram(${spark}) as sparks,
              list(distinct document) filter (document is not null) as documents
            from ${lines} where grp is not null ${isMany ? 'and grp in (select grp from those)' : ''}
            group by grp having ${IS_GROUP}
          )
          select grp as id, rank, title, enforced, only_reported, directive, blocked_kind, blocked_host, newest, count, first_seen,
            last_seen, is_new, muted, noise,
            coalesce(len(list_distinct(list_transform(documents, lambda document: ${routeSql('document')}))), 0)::double as documents,
            coalesce(map_entries(browsers), []) as browsers, coalesce(map_entries(sparks), []) as sparks
          from (${order('grouped')})
          order by rank desc, grp desc`;
      },
    },
    signal,
  );
  return rows.map(({ rank, newest, sparks, browsers, first_seen, last_seen, enforced, only_reported, ...row }) => {
    const dispositions = dispositionsOf(row.count, enforced, only_reported);
    return {
      rank,
      group: {
        ...row,
        title: groupTitle(
          row.title ?? '',
          dispositions.map(({ disposition }) => disposition),
        ),
        dispositions,
        directive: row.directive ?? '',
        blocked: newest?.blocked ?? null,
        document: newest?.document ?? null,
        sample: newest?.sample ?? null,
        policy_hash: newest?.policy_hash ?? null,
        first_seen: new Date(first_seen),
        last_seen: new Date(last_seen),
        browsers: mostFrequent(browsers),
        sparkline: sparklineOf(sparks),
        noise_reason: noiseReason(row.noise, rules),
      },
    };
  });
}

/** Reports of a disposition. */
const of = (disposition: Disposition) => `coalesce(sum(weight) filter (disposition = '${disposition}'), 0)`;

const dispositionsOf = (all: number, enforced: number, reported: number): Group['dispositions'] =>
  [
    { disposition: 'enforce' as const, count: enforced },
    { disposition: 'report' as const, count: reported },
    { disposition: null, count: all - enforced - reported },
  ].filter(({ count }) => count > 0);

const mostFrequent = (browsers: { key: string; value: bigint }[]) =>
  browsers
    .map(({ key, value }) => ({ browser: key, count: Number(value) }))
    .sort((a, b) => b.count - a.count || (a.browser < b.browser ? -1 : 1))
    .slice(0, MOST_BROWSERS);

function sparklineOf(sparks: { key: bigint; value: bigint }[]): number[] {
  const line = Array.from({ length: SPARKS }, () => 0);
  for (const { key, value } of sparks) {
    const spark = Number(key) % SPARKS;
    line[spark] = (line[spark] ?? 0) + Number(value) * Math.max(1, Math.floor(Number(key) / SPARKS));
  }
  return line;
}

/** When each group was first seen in all of the log stream that is kept. */
type FirstSeen = {
  /** A relation of `grp` and `first_seen`. */
  sql(parameters: Parameters): string;
  /** About how many groups there are, but for those of the files that still grow. */
  groups: number;
};

function lookUpFirstSeen({ platform: { duckdb, config } }: CspScope): Promise<FirstSeen> {
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

const MINUTE_MS = 60_000;

/** A group first seen from then on is new. To the minute, so that those who ask at the same time ask the same. */
export const startOfNew = (now = Date.now()): number => Math.floor(now / MINUTE_MS) * MINUTE_MS - DAY_MS;
