import { matchPolicies, matchPolicy } from './match.ts';
import { MOST_POLICY, type Policy, parsePolicies, parsePolicy } from './policy.ts';
import type { ReportedViolation, Verdict } from './verdict.ts';

/** A group of violations that were reported, and how often. */
export type ReplayedGroup = ReportedViolation & { id: string; count: number };

export type Replayed<Group> = { group: Group; verdict: Verdict };

/** How many groups and reports of them. */
export type ReplayTotal = { groups: number; reports: number };

export type Replay<Group> = {
  rows: readonly Replayed<Group>[];
  totals: Record<'all' | Verdict['verdict'], ReplayTotal>;
};

/** A policy of the log. */
export type KnownPolicy = { policy_hash: string; text: string | null };

/**
 * Groups with the policies that their newest reports are about, where the log has them whole: they tell of redirects.
 * @param policies may be some of the log's, in any order.
 */
export function withViolated<Group extends { policy_hash: string | null }>(
  groups: readonly Group[],
  policies: readonly KnownPolicy[],
): (Group & Pick<ReportedViolation, 'violated'>)[] {
  const whole = policies.flatMap(({ policy_hash, text }) =>
    text !== null && text.length < MOST_POLICY ? [[policy_hash, parsePolicy(text)] as const] : [],
  );
  const known = new Map(whole);
  return groups.map((group) => ({ ...group, violated: known.get(group.policy_hash ?? '') ?? null }));
}

/** Asks a header’s policies about every group: what they would allow, still report, or leave to the page. */
export function replayGroups<Group extends ReplayedGroup>(text: string, groups: readonly Group[]): Replay<Group> {
  const policies = parsePolicies(text);
  const rows = groups.map((group) => ({ group, verdict: matchPolicies(policies, group) }));
  const total = (wanted: (row: Replayed<Group>) => boolean): ReplayTotal => {
    const found = rows.filter(wanted);
    return { groups: found.length, reports: found.reduce((sum, { group }) => sum + group.count, 0) };
  };
  const of = (verdict: Verdict['verdict']) => total((row) => row.verdict.verdict === verdict);
  return {
    rows,
    totals: { all: total(() => true), allowed: of('allowed'), blocked: of('blocked'), unknown: of('unknown') },
  };
}

/** A word of a policy and the reports that it would allow, for sure or if the page does its part. */
export type ExpressionUse = { policy: number; directive: string; value: string; sure: ReplayTotal; maybe: ReplayTotal };

/**
 * What each word of each list does for the groups, in the policies’ order. A word without reports is not needless:
 * browsers report what was blocked alone, and what it allows today was not.
 */
export function replayExpressions(text: string, groups: readonly ReplayedGroup[]): ExpressionUse[] {
  return parsePolicies(text).flatMap((policy, index) =>
    usesOf(policy, groups).map((use) => ({ ...use, policy: index })),
  );
}

function usesOf(policy: Policy, groups: readonly ReplayedGroup[]): Omit<ExpressionUse, 'policy'>[] {
  const uses = policy.directives.flatMap(({ name: directive, values }) =>
    values.map((value) => ({ directive, value, sure: { groups: 0, reports: 0 }, maybe: { groups: 0, reports: 0 } })),
  );
  const found = new Map(uses.map((use) => [`${use.directive} ${use.value}`, use]));
  for (const group of groups) {
    const { verdict, directive, by } = matchPolicy(policy, group);
    const use = found.get(`${directive} ${by}`);
    if (!use || verdict === 'blocked') continue;
    const total = verdict === 'allowed' ? use.sure : use.maybe;
    total.groups += 1;
    total.reports += group.count;
  }
  return uses;
}
