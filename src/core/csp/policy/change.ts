import { type ChangeOption, changeOptions, NONCE_PLACEHOLDER } from './change-options.ts';
import { editPolicy } from './edit.ts';
import { decidingFor, matchPolicies, matchPolicy, wasRedirected } from './match.ts';
import { parsePolicies, serializePolicies } from './policy.ts';
import type { Risk } from './risk.ts';
import { hasNonce, parseSource, parseSources } from './source.ts';
import type { ReportedViolation, Sources, Verdict } from './verdict.ts';

/** One way to let a violation through: what a directive gains and loses, and the whole policy that results. */
export type PolicyAlternative = {
  directive: string;
  add: readonly string[];
  remove: readonly string[];
  policy: string;
  risk: Risk;
};

/**
 * What to do about a violation: `change` the policy; change the `page` and leave the policy; `refuse`, for nothing of
 * the site is behind it; `none`, for the policy allows it; or `unclear`, for the report tells too little. Only `change`
 * comes with another policy than the one that was given.
 */
export type PolicyChange = PolicyAlternative & {
  advice: 'change' | 'page' | 'refuse' | 'none' | 'unclear';
  alternatives: readonly PolicyAlternative[];
};

/** A violation, with what is known of it as noise: the rule's id, and its reason in words. */
export type ChangeSubject = ReportedViolation & { noise?: string | null; noise_reason?: string | null };

/**
 * The smallest change of a policy that would allow a violation, what that gives away, and other ways.
 * @param policyText a header's value: of several policies, each that blocks the violation is changed.
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
  const told = verdict.verdict === 'blocked' || !wasRedirected(violation);
  const options = told ? changeOptions(violation, sources).map(alternative).filter(works) : [];
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

/** The first policy that blocks, else the first that may. -1 when all allow. */
function worstOf(verdicts: readonly Verdict[]): number {
  const blocked = verdicts.findIndex(({ verdict }) => verdict === 'blocked');
  return blocked >= 0 ? blocked : verdicts.findIndex(({ verdict }) => verdict === 'unknown');
}

const refusal = ({ noise_reason: reason }: ChangeSubject): Risk => ({
  level: 'high',
  words: `Do not allow this. ${reason ?? 'Nothing of your site is behind it.'}`,
});

const kindOf = (by: string | null) => (by === null ? null : parseSource(by).kind);

/** Whether the policy has what lets this through already, and only the page does not use it yet. */
const asksPage = ({ by, directive }: Verdict, sources: Sources): boolean =>
  kindOf(by) === 'nonce' ||
  kindOf(by) === 'hash' ||
  (by === "'strict-dynamic'" && directive !== 'worker-src' && hasNonce(sources));

const onPage = ({ by, directive }: Verdict): string =>
  kindOf(by) === 'hash'
    ? `${directive} allows code by its hash: add the hash of this code, or take the code out of the page.`
    : 'The policy can stay: let the page put its nonce on this tag, if the tag is yours.';
