import { matchPolicies, matchPolicy } from './match.ts';
import { MOST_POLICY, type Policy, parsePolicies, parsePolicy } from './policy.ts';
import type { ReportedViolation, Verdict } from './verdict.ts';

/** A group of reported violations, with the number of reports. */
export type ReplayedGroup = ReportedViolation & { id: string; count: number };

export type Replayed<Group> = { group: Group; verdict: Verdict };

/** A number of groups, and the number of their reports. */
export type ReplayTotal = { groups: number; reports: number };

export type Replay<Group> = {
  rows: readonly Replayed<Group>[];
  totals: Record<'all' | Verdict['verdict'], ReplayTotal>;
};

/** A policy from the log. */
export type KnownPolicy = { policy_hash: string; text: string | null };

/**
 * Adds to each group the policy that its newest report violated, if the log has its full text. Redirects are recognized
 * by it.
 * @param policies from the log, in any order; they need not be complete.
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

/**
 * Applies a header's policies to every group: which groups they would allow or still report, and which depend on the
 * page.
 */
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

/** A value in a policy, and the reports that it allows: certainly (`sure`), or depending on the page (`maybe`). */
export type ExpressionUse = { policy: number; directive: string; value: string; sure: ReplayTotal; maybe: ReplayTotal };

/**
 * Which reports each value of each directive allows, in the order of the policies. A value without reports can still be
 * needed: browsers report only what was blocked, and what the value allows was not.
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
