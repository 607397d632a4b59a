import { z } from 'zod';
import { askLines } from '#features/csp/log/ask-lines.ts';
import { type CspFilters, DAY_MS, toSpanFilter } from '#features/csp/log/line-filter.ts';
import type { CspScope } from '../csp-scope.ts';

const itemRow = z.object({
  browser: z.string(),
  form: z.enum(['report-uri', 'report-to']),
  disposition: z.enum(['enforce', 'report']).nullable().catch(null),
  versions: z.array(z.string()),
  count: z.number(),
  last_seen: z.number(),
});
const rowSchema = z.object({
  items: z.array(itemRow),
  others: z.array(z.object({ type: z.string(), count: z.number() })),
  suppressed: z.number(),
  dropped: z.number(),
  malformed: z.number(),
});

/** Which browsers reported in which formats, and what didn't get its own line in the log. */
export async function getCoverage(scope: CspScope, filters: CspFilters, signal?: AbortSignal) {
  const [answer] = await askLines(
    scope,
    {
      filter: toSpanFilter(filters, 7 * DAY_MS),
      row: rowSchema,
      sql: (lines) => `
        with part as materialized (
          select regexp_replace(browser, ' [0-9]+$', '') as name, nullif(regexp_extract(browser, ' ([0-9]+)$', 1), '') as version,
            form, disposition, type, grp is not null as is_violation, suppressed is not null as is_suppressed,
            sum(weight) as weight, max(time) as last, sum(coalesce(dropped, 0)) as dropped
          from ${lines} group by all
        )
        select
          (select coalesce(list(item order by item.count desc), []) from (
            select {browser: name, form: form, disposition: disposition,
              versions: coalesce(list(distinct version) filter (version is not null), []),
              count: sum(weight), last_seen: max(last)::double} as item
            from part where is_violation and not is_suppressed and form in ('report-uri', 'report-to')
            group by name, form, disposition)) as items,
          (select coalesce(list(item order by item.count desc), []) from (
            select {type: type, count: sum(weight)} as item from part
            where not is_violation and type is not null and type <> 'csp_report_malformed' group by type)) as others,
          (select coalesce(sum(weight), 0) from part where is_suppressed) as suppressed,
          (select coalesce(sum(dropped), 0)::double from part) as dropped,
          (select coalesce(sum(weight), 0) from part where type = 'csp_report_malformed') as malformed`,
    },
    signal,
  );
  if (!answer) return { items: [], others: [], suppressed: 0, dropped: 0, malformed: 0 };
  return {
    ...answer,
    items: answer.items.map(({ versions, last_seen, ...item }) => ({
      ...item,
      versions: versions.toSorted((a, b) => Number(b) - Number(a)),
      last_seen: new Date(last_seen),
    })),
  };
}
