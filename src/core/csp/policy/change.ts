import { type ChangeOption, changeOptions, NONCE_PLACEHOLDER } from './change-options.ts';
import { editPolicy } from './edit.ts';
import { decidingFor, matchPolicies, matchPolicy, wasRedirected } from './match.ts';
import { parsePolicies, serializePolicies } from './policy.ts';
import type { Risk } from './risk.ts';
import { hasNonce, parseSource, parseSources } from './source.ts';
import type { ReportedViolation, Sources, Verdict } from './verdict.ts';

/** One way to allow a violation: what is added to and removed from a directive, and the whole resulting policy. */
export type PolicyAlternative = {
  directive: string;
  add: readonly string[];
  remove: readonly string[];
  policy: string;
  risk: Risk;
};

/**
 * What to do about a violation: `change` the policy; change the `page` and keep the policy; `refuse`, because the site
 * didn't cause it; `none`, because the policy allows it; or `unclear`, because the report doesn't say enough. Only
 * `change` comes with a different policy than the given one.
 */
export type PolicyChange = PolicyAlternative & {
  advice: 'change' | 'page' | 'refuse' | 'none' | 'unclear';
  alternatives: readonly PolicyAlternative[];
};

/** A violation, and if it is noise, the id and the reason of the rule. */
export type ChangeSubject = ReportedViolation & { noise?: string | null; noise_reason?: string | null };

/**
 * Finds the smallest change of a policy that allows a violation, its risk, and the alternatives.
 * @param policyText a header's value. If it has several policies, each one that blocks the violation is changed.
 */
export function policyChangeFor(violation: ChangeSubject, policyText: string): PolicyChange {
  const policies = parsePolicies(policyText);
  const verdicts = policies.map((policy) => matchPolicy(policy, violation));
  const index = worstOf(verdicts);
  const stays = { directive: violation.directive, add: [], remove: [], policy: policyText.trim(), alternatives: [] };
  const verdict = verdicts[index];
  const policy = policies[index];
  if (!verdict || !policy)
    return { ...stays, advice: 'none', risk: { level: 'low', words: 'The policy allows this.' } };
  if (violation.noise) return { ...stays, advice: 'refuse', risk: refusal(violation) };

  const sources = parseSources(decidingFor(policy, violation)?.values ?? []);
  // Reports don't say where a redirect led, so adding the address before it would change nothing.
  const isConclusive = verdict.verdict === 'blocked' || !wasRedirected(violation);
  const options = isConclusive ? changeOptions(violation, sources).map(alternative).filter(works) : [];
  const [best, ...others] = options;
  const found = { ...stays, directive: verdict.directive ?? violation.directive };
  if (verdict.verdict === 'unknown' && asksPage(verdict, sources)) {
    const ofPolicy = options.filter(({ add }) => !add.includes(NONCE_PLACEHOLDER));
    return { ...found, advice: 'page', risk: { level: 'low', words: onPage(verdict) }, alternatives: ofPolicy };
  }
  if (!best) return { ...found, advice: 'unclear', risk: { level: 'medium', words: verdict.why } };
  return { ...best, advice: 'change', alternatives: others };

  function works({ policy }: PolicyAlternative): boolean {
    return matchPolicies(policy, violation).verdict !== 'blocked';
  }

  function alternative(option: ChangeOption): PolicyAlternative {
    const edited = policies.map((one, at) =>
      verdicts[at]?.verdict === 'allowed' ? null : editPolicy(one, violation, option),
    );
    const { directive, add, remove } = edited[index] ?? { directive: violation.directive, add: [], remove: [] };
    const policy = serializePolicies(policies.map((one, at) => edited[at]?.policy ?? one));
    return { directive, add, remove, policy, risk: option.risk };
  }
}

/** The index of the first policy that blocks, or else of the first that might. -1 if all allow. */
function worstOf(verdicts: readonly Verdict[]): number {
  const blocked = verdicts.findIndex(({ verdict }) => verdict === 'blocked');
  return blocked >= 0 ? blocked : verdicts.findIndex(({ verdict }) => verdict === 'unknown');
}

const refusal = ({ noise_reason: reason }: ChangeSubject): Risk => ({
  level: 'high',
  words: `Don’t allow this. ${reason ?? 'Your site didn’t cause it.'}`,
});

const kindOf = (by: string | null) => (by === null ? null : parseSource(by).kind);

/** Whether the policy already has a nonce or a hash that would allow this, and only the page doesn't use it yet. */
const asksPage = ({ by, directive }: Verdict, sources: Sources): boolean =>
  kindOf(by) === 'nonce' ||
  kindOf(by) === 'hash' ||
  (by === "'strict-dynamic'" && directive !== 'worker-src' && hasNonce(sources));

const onPage = ({ by, directive }: Verdict): string =>
  kindOf(by) === 'hash'
    ? `${directive} allows code by its hash. Add the hash of this code, or remove the code from the page.`
    : 'The policy doesn’t need to change. If the tag is yours, set the page’s nonce on it.';
