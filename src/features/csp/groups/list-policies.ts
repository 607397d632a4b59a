import { z } from 'zod';
import { askLines } from '#features/csp/log/ask-lines.ts';
import { type CspFilters, toLineFilter } from '#features/csp/log/line-filter.ts';
import { IS_OF_GROUP } from '#features/csp/log/line-sql.ts';
import type { CspScope } from '../csp-scope.ts';
import { readPolicyTexts } from './policy-texts.ts';

const MOST_POLICIES = 100;

const seenRow = z.object({
  policy_hash: z.string(),
  disposition: z.enum(['enforce', 'report']).nullable().catch(null),
  count: z.number(),
  last_seen: z.number(),
});

/** The policies of violations, newest first. */
export async function listPolicies(scope: CspScope, filters: CspFilters, signal?: AbortSignal) {
  const [seen, texts] = await Promise.all([
    askLines(
      scope,
      {
        filter: toLineFilter(filters),
        row: seenRow,
        sql: (lines) => `
          select policy_hash, arg_max(disposition, time) as disposition, sum(weight) as count, max(time)::double as last_seen
          from ${lines} where ${IS_OF_GROUP} and policy_hash is not null
          group by policy_hash order by last_seen desc, policy_hash limit ${MOST_POLICIES}`,
      },
      signal,
    ),
    readPolicyTexts(scope, signal),
  ]);
  return {
    items: seen.map(({ last_seen, ...policy }) => ({
      ...policy,
      text: texts.get(policy.policy_hash) ?? null,
      last_seen: new Date(last_seen),
    })),
  };
}
