import { type Directive, directiveOf, type Policy, parsePolicies } from './policy.ts';

type State = 'same' | 'added' | 'removed';

/** A value of a directive: in both policies, or in only one of them. */
export type WordDiff = { text: string; state: State };

/** One directive. `changed`: only one of the policies has some of its values. */
export type DirectiveDiff = { name: string; state: State | 'changed'; words: readonly WordDiff[] };

/**
 * What was added to and removed from each directive, in the order of the new policy. Removed directives keep their
 * position. Values are compared as sets, because their order has no meaning (CSP Level 3 §2.3.1). Returns one list for
 * each policy of the header.
 */
export function diffPolicies(before: string, after: string): DirectiveDiff[][] {
  const [old, now] = [parsePolicies(before), parsePolicies(after)];
  return Array.from({ length: Math.max(old.length, now.length) }, (_, index) => diff(old[index], now[index]));
}

const NOTHING: Policy = { directives: [], ignored: [] };

function diff(before = NOTHING, after = NOTHING): DirectiveDiff[] {
  const found = after.directives.map((directive) => diffDirective(directiveOf(before, directive.name), directive));
  for (const [index, gone] of before.directives.entries()) {
    if (directiveOf(after, gone.name)) continue;
    const earlier = before.directives[index - 1]?.name;
    const at = found.findIndex(({ name }) => name === earlier) + 1;
    found.splice(at, 0, {
      name: gone.name,
      state: 'removed',
      words: gone.values.map((text) => ({ text, state: 'removed' })),
    });
  }
  return found;
}

function diffDirective(before: Directive | null, { name, values }: Directive): DirectiveDiff {
  if (before === null) return { name, state: 'added', words: values.map((text) => ({ text, state: 'added' })) };
  const words: WordDiff[] = [
    ...before.values.map((text) => ({ text, state: values.includes(text) ? ('same' as const) : ('removed' as const) })),
    ...values.filter((text) => !before.values.includes(text)).map((text) => ({ text, state: 'added' as const })),
  ];
  return { name, state: words.every(({ state }) => state === 'same') ? 'same' : 'changed', words };
}

/** Whether two headers have the same meaning. */
export const isSamePolicy = (before: string, after: string): boolean =>
  diffPolicies(before, after).every((directives) => directives.every(({ state }) => state === 'same'));
