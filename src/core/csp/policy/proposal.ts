import { type ChangeSubject, type PolicyAlternative, type PolicyChange, policyChangeFor } from './change.ts';

/** A group that shall be allowed, and in which way: the words to add, or null for the best way. */
export type Wish<Group> = { group: Group; way: string | null };

/** What one requested change did. `null` when an earlier one already allows it. */
export type Granted<Group> = { group: Group; change: PolicyAlternative | null };

/** A policy with all requested changes, and what each of them did, in their order. */
export type Proposal<Group> = { policy: string; granted: readonly Granted<Group>[] };

/** The identifier of one way to allow something. */
export const wayOf = ({ directive, add, remove }: PolicyAlternative): string =>
  [directive, ...(add.length > 0 ? add : remove.map((value) => `-${value}`))].join(' ');

/** All ways in which a change lets a violation through by the policy; none when it is to be refused. */
export const waysOf = (change: PolicyChange): readonly PolicyAlternative[] =>
  change.advice === 'change' ? [change, ...change.alternatives] : change.alternatives;

/** Applies requested changes to a policy one after the other, each on top of the previous ones. */
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
