import { z } from 'zod';
import { REPORT_FORMS } from '#core/csp/report/line.ts';
import { askLines } from '#features/csp/log/ask-lines.ts';
import { type CspFilters, DAY_MS, toSpanFilter } from '#features/csp/log/line-filter.ts';
import { routeSql } from '#features/csp/log/route-sql.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import type { CspScope } from '../csp-scope.ts';
import { loadMutes } from './mutes.ts';
import { readPolicyTexts } from './policy-texts.ts';
import { readGroups, startOfNew } from './read-groups.ts';

const MOST_OF_EACH = 100;

const counted = { count: z.number() };
const rowSchema = z.object({
  pages: z.array(z.object({ route: z.string(), last: z.number(), ...counted })),
  samples: z.array(z.object({ sample: z.string(), ...counted })),
  sources: z.array(
    z.object({ source_file: z.string(), line: z.number().nullable(), column: z.number().nullable(), ...counted }),
  ),
  forms: z.array(z.object({ form: z.enum(REPORT_FORMS), ...counted })),
  policies: z.array(z.object({ policy_hash: z.string(), ...counted })),
});

/** The most frequent values of some columns of `line`, the first of which is not null, as a list of structs. */
const mostFrequent = (columns: Record<string, string>) => `(
  select coalesce(list({${Object.keys(columns)
    .map((name) => `"${name}": "${name}", `)
    .join('')}last: last, count: count} order by count desc, last desc), [])
  from (
    select ${Object.entries(columns)
      .map(([name, column]) => `${column} as "${name}", `)
      .join('')}
      max(time)::double as last, count(*)::double as count
    from line where ${Object.values(columns)[0]} is not null group by all order by count desc, last desc limit ${MOST_OF_EACH}
  ))`;

const DETAIL = `
  select
    ${mostFrequent({ route: 'route' })} as pages,
    ${mostFrequent({ sample: 'sample' })} as samples,
    ${mostFrequent({ source_file: 'source_file', line: 'line::double', column: 'col::double' })} as sources,
    ${mostFrequent({ form: `case when form in ('report-uri', 'report-to') then form end` })} as forms,
    ${mostFrequent({ policy_hash: 'policy_hash' })} as policies`;

/**
 * A group with where and how it was seen.
 * @throws Refusal NOT_FOUND when no line of the time asked for is of it.
 */
export async function getGroup(scope: CspScope, { id, ...filters }: CspFilters & { id: string }, signal?: AbortSignal) {
  const filter = { ...toSpanFilter(filters, DAY_MS), group: id };
  const [[found], [detail], texts, mutes] = await Promise.all([
    readGroups(scope, { filter, sort: 'count', newSince: startOfNew(), most: 1 }, signal),
    askLines(
      scope,
      {
        filter,
        row: rowSchema,
        sql: (lines) => `
          with line as materialized (
            select ${routeSql('document')} as route, sample, source_file, line, col, form, policy_hash, time
            from ${lines} where suppressed is null
          ) ${DETAIL}`,
      },
      signal,
    ),
    readPolicyTexts(scope, signal),
    loadMutes(scope.platform),
  ]);
  if (!found || !detail) throw notFound('group of violations');
  const mute = mutes.find(({ group_id }) => group_id === id);
  return {
    ...found.group,
    ...detail,
    pages: detail.pages.map(({ last, ...page }) => ({ ...page, last_seen: new Date(last) })),
    policies: detail.policies.map((policy) => ({ ...policy, text: texts.get(policy.policy_hash) ?? null })),
    mute: mute ? { by: mute.by.name, at: mute.at, note: mute.note } : null,
  };
}
