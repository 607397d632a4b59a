import { type ChangeSubject, type PolicyAlternative, type PolicyChange, policyChangeFor } from './change.ts';

/** A request to allow a group, and with which alternative (its key); null for the best one. */
export type RequestedChange<Group> = { group: Group; alternative: string | null };

/** The change that was made for a request: `null` if an earlier one already allows the group. */
export type Granted<Group> = { group: Group; change: PolicyAlternative | null };

/** A policy with all requested changes, and the change made for each request, in order. */
export type Proposal<Group> = { policy: string; granted: readonly Granted<Group>[] };

/** Identifies one alternative of a change. */
export const alternativeKey = ({ directive, add, remove }: PolicyAlternative): string =>
  [directive, ...(add.length > 0 ? add : remove.map((value) => `-${value}`))].join(' ');

/** All alternatives that change the policy to allow a violation; none if it should be refused. */
export const alternativesOf = (change: PolicyChange): readonly PolicyAlternative[] =>
  change.advice === 'change' ? [change, ...change.alternatives] : change.alternatives;

/** Applies requested changes to a policy one after the other, each on top of the previous ones. */
export function proposePolicy<Group extends ChangeSubject>(
  text: string,
  requested: readonly RequestedChange<Group>[],
): Proposal<Group> {
  let policy = text;
  const granted = requested.map(({ group, alternative }): Granted<Group> => {
    const alternatives = alternativesOf(policyChangeFor(group, policy));
    const change = alternatives.find((one) => alternativeKey(one) === alternative) ?? alternatives[0] ?? null;
    policy = change?.policy ?? policy;
    return { group, change };
  });
  return { policy, granted };
}
