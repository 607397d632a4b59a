import { z } from 'zod';
import { timelineStep } from '#core/timeline-step.ts';
import { loadMutes } from '#features/csp/groups/mutes.ts';
import { askLines } from '#features/csp/log/ask-lines.ts';
import { type CspFilters, DAY_MS, toSpanFilter } from '#features/csp/log/line-filter.ts';
import { IS_OF_GROUP } from '#features/csp/log/line-sql.ts';
import type { CspScope } from '../csp-scope.ts';

const MOST_DIRECTIVES = 8;
const OTHER = 'other';

const rowSchema = z.object({
  bar: z.number(),
  /** The most frequent ones, and their place among those; null for all others. */
  directive: z.string().nullable(),
  rank: z.number().nullable(),
  is_noise: z.boolean(),
  is_muted: z.boolean(),
  count: z.number(),
});

/** Reports over time, by directive. */
export async function getTimeline(
  scope: CspScope,
  { noise, muted, ...filters }: CspFilters & { muted?: boolean | undefined },
  signal?: AbortSignal,
) {
  const filter = toSpanFilter(filters, DAY_MS);
  const { since, until } = filter;
  const step = timelineStep(until - since);
  const mutes = await loadMutes(scope.platform);
  const rows = await askLines(
    scope,
    {
      filter,
      row: rowSchema,
      sql(lines, parameters) {
        const muteIds = parameters.bind(mutes.map(({ group_id }) => group_id));
        const isShown = [
          noise === undefined ? 'true' : `is_noise = ${noise}`,
          muted === undefined ? 'true' : `is_muted = ${muted}`,
        ].join(' and ');
        // Senders can invent directives. Those beyond the most frequent ones are combined, and so are values that are
        // not valid names.
        return `
          with part as materialized (
            select floor(time / ${parameters.bind(step)}) as bar, coalesce(directive, '') as name,
              noise is not null as is_noise, list_contains(${muteIds}, grp) as is_muted, sum(weight) as weight
            from ${lines} where ${IS_OF_GROUP} group by all
          ),
          top as (
            select name, row_number() over (order by sum(weight) desc, name) as rank
            from part where ${isShown} and regexp_full_match(name, '[a-z0-9-]*') group by name qualify rank <= ${MOST_DIRECTIVES}
          )
          select bar, top.name as directive, rank::int as rank, is_noise, is_muted, sum(weight) as count
          from part left join top using (name) group by all`;
      },
    },
    signal,
  );
  const heard = rows.filter(({ is_noise }) => noise === undefined || is_noise === noise);
  const shown = heard.filter(({ is_muted }) => muted === undefined || is_muted === muted);
  const ranks = new Map(shown.map(({ directive, rank }) => [directive ?? OTHER, rank ?? Infinity]));
  const first = Math.floor(since / step);
  const items = Array.from({ length: Math.ceil(until / step) - first }, (_, index) => ({
    at: new Date((first + index) * step),
    // Without a prototype: a directive may be called `constructor`.
    counts: Object.create(null) as Record<string, number>,
    total: 0,
  }));
  for (const { bar, directive, count } of shown) {
    const item = items[bar - first];
    if (!item) continue;
    const name = directive ?? OTHER;
    item.counts[name] = (item.counts[name] ?? 0) + count;
    item.total += count;
  }
  const sum = (some: typeof rows) => some.reduce((total, { count }) => total + count, 0);
  return {
    since: new Date(since),
    until: new Date(until),
    step_ms: step,
    directives: [...ranks.keys()].sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0)),
    items,
    total: sum(shown),
    noise: sum(rows.filter(({ is_noise }) => is_noise)),
    muted: sum(heard.filter(({ is_muted }) => is_muted)),
  };
}
