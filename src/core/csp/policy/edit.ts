import { decidingFor } from './match.ts';
import { type Directive, type Policy, withDirective, withoutDirective } from './policy.ts';
import { parseSource, type SourceExpression } from './source.ts';
import type { ReportedViolation } from './verdict.ts';

/** What to add to the source list that applies to a violation; `drop` removes the whole directive. */
export type PolicyEdit = { add: readonly string[]; drop?: true };

export type EditedPolicy = { policy: Policy; directive: string; add: readonly string[]; remove: readonly string[] };

/** The smallest edit of one policy: it changes the most specific directive and allows nothing else. */
export function editPolicy(policy: Policy, violation: ReportedViolation, { add, drop }: PolicyEdit): EditedPolicy {
  const deciding = decidingFor(policy, violation);
  if (deciding === null) return { policy, directive: violation.directive, add: [], remove: [] };
  if (drop)
    return {
      policy: withoutDirective(policy, deciding.name),
      directive: deciding.name,
      add: [],
      remove: deciding.values,
    };
  const target = targetOf(deciding, violation);
  const kept = target.values.filter((value) => parseSource(value).kind !== 'none');
  const added = add.filter((value) => !kept.includes(value));
  return {
    policy: withDirective(policy, { name: target.name, values: [...kept, ...added] }),
    directive: target.name,
    add: added,
    remove: target.values.filter((value) => !kept.includes(value)),
  };
}

/**
 * Which directive to edit. Where `default-src` applies, a more specific directive with the same list is added, so that
 * the edit doesn't allow anything else. The same goes for attributes, so that elements aren't affected.
 */
function targetOf(deciding: Directive, { directive, blocked_kind: kind }: ReportedViolation): Directive {
  if (deciding.name === directive) return deciding;
  if (directive.endsWith('-attr') && kind === 'inline')
    return { name: directive, values: deciding.values.filter((value) => value.toLowerCase() === "'report-sample'") };
  const own = kind === 'eval' || kind === 'wasm-eval' ? 'script-src' : directive.replace(/-(elem|attr)$/, '');
  if (own === deciding.name) return deciding;
  return { name: own, values: deciding.values.filter((value) => belongs(own, parseSource(value))) };
}

/**
 * Whether a source expression has a meaning in another directive. Nonces and hashes, for example, apply only to code.
 */
function belongs(directive: string, source: SourceExpression): boolean {
  if (directive === 'script-src' || directive === 'style-src') return source.kind !== 'none';
  if (source.kind === 'keyword') return source.keyword === 'self';
  return source.kind === 'star' || source.kind === 'scheme' || source.kind === 'host';
}
