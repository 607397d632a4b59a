import { reportedAncestor } from './ancestor.ts';
import { decidingDirective, FETCH_DIRECTIVES } from './fallback.ts';
import { matchEval, matchInline, matchTrustedTypes } from './match-code.ts';
import { matchFetch, opensEveryUrl } from './match-fetch.ts';
import { type Directive, type Policy, parsePolicies } from './policy.ts';
import type { SourceExpression } from './source.ts';
import { parseSource, parseSources } from './source.ts';
import { matchSource, readReportedUrl } from './url.ts';
import {
  allowed,
  blocked,
  type ListVerdict,
  type ReportedViolation,
  type Sources,
  unknown,
  type Verdict,
} from './verdict.ts';

/**
 * Whether the policies of a header allow a reported violation. All of them must (CSP Level 3 §8.1), so the strictest
 * verdict counts.
 * @param policies a header's value, or the result of `parsePolicies`.
 */
export function matchPolicies(policies: string | readonly Policy[], violation: ReportedViolation): Verdict {
  const all = typeof policies === 'string' ? parsePolicies(policies) : policies;
  const verdicts = all.map((policy) => matchPolicy(policy, violation));
  const worst =
    verdicts.find(({ verdict }) => verdict === 'blocked') ??
    verdicts.find(({ verdict }) => verdict === 'unknown') ??
    verdicts[0];
  return worst ?? unlimited('There is no policy.');
}

/** Whether one policy allows a reported violation. */
export function matchPolicy(policy: Policy, violation: ReportedViolation): Verdict {
  const found = matchAddress(policy, violation);
  if (found.verdict !== 'allowed' || found.by === null || !wasRedirected(violation)) return found;
  return opensEveryUrl(parseSource(found.by)) ? found : { ...found, ...unknown(found.by, REDIRECTED) };
}

/**
 * Whether the blocked URL was the target of a redirect. Browsers report the URL before the redirect (CSP Level 3 §5.3),
 * so a violated policy that allows the reported URL must have blocked another one.
 */
export const wasRedirected = (violation: ReportedViolation): boolean =>
  violation.blocked_kind === 'host' &&
  violation.violated != null &&
  REDIRECTABLE.has(violation.directive) &&
  matchAddress(violation.violated, violation).verdict === 'allowed';

const REDIRECTABLE = new Set([...FETCH_DIRECTIVES, 'form-action']);

const REDIRECTED =
  'It was redirected to a URL that the report doesn’t include. The policy that blocked it allows the URL before the redirect.';

function matchAddress(policy: Policy, violation: ReportedViolation): Verdict {
  const deciding = decidingFor(policy, violation);
  if (deciding === null) return unlimited('The policy doesn’t restrict this.');
  const found = { directive: deciding.name, ...matchDirective(deciding, violation) };
  return found.verdict !== 'allowed' && isHint(violation) ? (anyForHint(policy, violation) ?? found) : found;
}

/** Only prefetches and other resource hints are reported for `default-src` itself. */
const isHint = ({ directive, blocked_kind: kind }: ReportedViolation): boolean =>
  directive === 'default-src' && (kind === 'host' || kind === 'scheme');

/** Chromium 156 allows a hint if any fetch directive allows it (CSP Level 3 §6.1.3). */
function anyForHint(policy: Policy, violation: ReportedViolation): Verdict | null {
  for (const { name, values } of policy.directives) {
    if (!FETCH_DIRECTIVES.includes(name) || name.endsWith('-attr') || name === 'prefetch-src') continue;
    const found = matchFetch(parseSources(values), violation);
    if (found.verdict === 'allowed') return { directive: name, ...found };
  }
  return null;
}

const unlimited = (why: string): Verdict => ({ verdict: 'allowed', directive: null, by: null, why });

/**
 * `script-src` applies to strings that run as code and to WebAssembly, whichever directive is reported (CSP Level 3
 * §4.4 and §4.5).
 */
export const decidingFor = (
  policy: Pick<Policy, 'directives'>,
  { blocked_kind: kind, directive }: Pick<ReportedViolation, 'blocked_kind' | 'directive'>,
): Directive | null => decidingDirective(policy, kind === 'eval' || kind === 'wasm-eval' ? 'script-src' : directive);

/** Directives with a source list that have no fallback (CSP Level 3 §6.3 and §6.4). */
const OWN_LISTS = new Set(['base-uri', 'form-action', 'frame-ancestors', 'navigate-to']);

function matchDirective(deciding: Directive, violation: ReportedViolation): ListVerdict {
  const { directive, blocked_kind: kind } = violation;
  if (kind === 'trusted-types') return matchTrustedTypes(deciding, violation);
  if (deciding.name === 'frame-ancestors') return matchAncestors(parseSources(deciding.values), violation);
  if (!FETCH_DIRECTIVES.includes(deciding.name) && !OWN_LISTS.has(deciding.name))
    return blocked(`${deciding.name} is set.`);
  const sources = parseSources(deciding.values);
  if (kind === 'eval' || kind === 'wasm-eval') return matchEval(sources, kind);
  if (kind === 'inline') return matchInline(sources, directive, deciding.name);
  return matchFetch(sources, violation);
}

/**
 * Whether `frame-ancestors` allows the site that embedded the page (CSP Level 3 §6.4.2). Most reports don't name the
 * site. Then the verdict is certain only if the list allows every site or no site. Browsers compare the site's origin,
 * which has no path.
 */
function matchAncestors(sources: Sources, violation: ReportedViolation): ListVerdict {
  const ancestor = reportedAncestor(violation);
  const page = violation.document === null ? null : readReportedUrl(violation.document);
  if (ancestor) {
    const by = sources.find((source) => matchSource(source, { ...ancestor, path: '/' }, page) === 'yes');
    return by ? allowed(by.text) : blocked(`Nothing in the list matches ${ancestor.host}.`);
  }
  const every = sources.find(isForEverySite);
  if (every) return allowed(every.text, `${every.text} lets every site embed the page in a frame.`);
  const some = sources.find(isForSomeSites);
  return some ? unknown(some.text, ANCESTOR_UNKNOWN) : blocked('The list lets no site embed the page in a frame.');
}

const ANCESTOR_UNKNOWN = 'Browsers don’t report which site embedded the page, only the page itself.';

/** `http:` includes https: (CSP Level 3 §6.7.2, “scheme-part matching”). */
const isForEverySite = (source: SourceExpression): boolean =>
  source.kind === 'star' || (source.kind === 'scheme' && source.scheme === 'http');

/** Schemes that no site's URL has. */
const NO_SITES = new Set(['ws', 'wss', 'ftp', 'data', 'blob']);

function isForSomeSites(source: SourceExpression): boolean {
  if (source.kind === 'scheme') return !NO_SITES.has(source.scheme);
  if (source.kind === 'host') return ['', '/'].includes(source.path) && !NO_SITES.has(source.scheme ?? '');
  return source.kind === 'keyword' && source.keyword === 'self';
}
