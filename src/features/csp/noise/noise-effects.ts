import { z } from 'zod';
import { OWN_RULE } from '#core/csp/noise/own-noise.ts';
import { DISPOSITIONS } from '#core/csp/report/line.ts';
import { groupTitle } from '#core/csp/report/record.ts';
import { askLines } from '#features/csp/log/ask-lines.ts';
import { IS_OF_GROUP } from '#features/csp/log/line-sql.ts';
import type { CspScope } from '../csp-scope.ts';
import type { previewNoiseRuleInput } from './noise-rule-schema.ts';
import { loadOwnNoiseRules } from './own-noise-rules.ts';

const WEEK_MS = 7 * 24 * 60 * 60_000;
const MINUTE_MS = 60_000;
const MOST_GROUPS = 20;

/** Rounded to the minute, so that simultaneous requests share a query. */
const lastWeek = (): number => Math.floor((Date.now() - WEEK_MS) / MINUTE_MS) * MINUTE_MS;

/** How many reports of the last seven days each rule matched. Rules without any are left out. */
export async function countNoise(scope: CspScope, signal?: AbortSignal) {
  const since = lastWeek();
  const items = await askLines(
    scope,
    {
      filter: { since },
      row: z.object({ id: z.string(), count: z.number() }),
      sql: (lines) =>
        `select noise as id, sum(weight) as count from ${lines} where ${IS_OF_GROUP} and noise is not null group by noise`,
    },
    signal,
  );
  return { since: new Date(since), items };
}

const DRAFT = `${OWN_RULE}draft`;

const groupRow = z.object({
  id: z.string(),
  title: z.string(),
  dispositions: z.array(z.enum(DISPOSITIONS).nullable().catch(null)),
  count: z.number(),
  groups: z.number(),
  reports: z.number(),
});

/** What an unsaved rule would match in the last seven days, apart from what is already noise. */
export async function previewNoiseRule(
  scope: CspScope,
  { instead_of, ...parts }: z.output<typeof previewNoiseRuleInput>,
  signal?: AbortSignal,
) {
  const since = lastWeek();
  const own = await loadOwnNoiseRules(scope.platform);
  const others = own.filter(({ id }) => id !== `${OWN_RULE}${instead_of}`);
  const rows = await askLines(
    scope,
    {
      filter: { since },
      rules: [...others, { id: DRAFT, ...parts }],
      row: groupRow,
      sql: (lines, parameters) => `
        select grp as id, coalesce(arg_max(msg, time), '') as title,
          list(distinct coalesce(disposition, '')) as dispositions,
          sum(weight) as count, count(*) over ()::double as groups, sum(sum(weight)) over () as reports
        from ${lines} where ${IS_OF_GROUP} and noise = ${parameters.bind(DRAFT)}
        group by grp order by count desc, id limit ${MOST_GROUPS}`,
    },
    signal,
  );
  return {
    since: new Date(since),
    groups: rows[0]?.groups ?? 0,
    reports: rows[0]?.reports ?? 0,
    items: rows.map(({ id, title, dispositions, count }) => ({ id, title: groupTitle(title, dispositions), count })),
  };
}
