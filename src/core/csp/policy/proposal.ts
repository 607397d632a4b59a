import { type ChangeSubject, type PolicyAlternative, type PolicyChange, policyChangeFor } from './change.ts';

/** A group that shall be allowed, and in which way: the words to add, or null for the best way. */
export type Wish<Group> = { group: Group; way: string | null };

/** What one wish changed. `null` when what was wished before it allows it too. */
export type Granted<Group> = { group: Group; change: PolicyAlternative | null };

/** A policy that allows what is wished, and what each wish changed, in their order. */
export type Proposal<Group> = { policy: string; granted: readonly Granted<Group>[] };

/** What tells one way to allow something from the others. */
export const wayOf = ({ directive, add, remove }: PolicyAlternative): string =>
  [directive, ...(add.length > 0 ? add : remove.map((value) => `-${value}`))].join(' ');

/** All ways in which a change lets a violation through by the policy; none when it is to be refused. */
export const waysOf = (change: PolicyChange): readonly PolicyAlternative[] =>
  change.advice === 'change' ? [change, ...change.alternatives] : change.alternatives;

/** Changes a policy for one wish after the other, each on top of those before it. */
export function proposePolicy<Group extends ChangeSubject>(
  text: string,
  wishes: readonly Wish<Group>[],
): Proposal<Group> {
  let policy = text;
  const granted = wishes.map(({ group, way }): Granted<Group> => {
    const ways = waysOf(policyChangeFor(group, policy));
    const change = ways.find((one) => wayOf(one) === way) ?? ways[0] ?? null;
    policy = change?.policy ?? policy;
    return { group, change };
  });
  return { policy, granted };
}
