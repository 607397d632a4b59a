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
 * Whether the policies of a header let a reported violation through. All must (CSP Level 3 §8.1): of several verdicts
 * the worst counts.
 * @param policies a header's value, or what `parsePolicies` made of it.
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

/** Whether one policy lets a reported violation through. */
export function matchPolicy(policy: Policy, violation: ReportedViolation): Verdict {
  const found = matchAddress(policy, violation);
  if (found.verdict !== 'allowed' || found.by === null || !wasRedirected(violation)) return found;
  return opensEveryUrl(parseSource(found.by)) ? found : { ...found, ...unknown(found.by, REDIRECTED) };
}

/**
 * Whether it was a redirect that led to what was blocked: browsers report the address from before it (CSP Level 3 §5.3),
 * and the policy that they reported allows that one. The policy's own address was not what it blocked.
 */
export const wasRedirected = (violation: ReportedViolation): boolean =>
  violation.blocked_kind === 'host' &&
  violation.violated != null &&
  REDIRECTABLE.has(violation.directive) &&
  matchAddress(violation.violated, violation).verdict === 'allowed';

const REDIRECTABLE = new Set([...FETCH_DIRECTIVES, 'form-action']);

const REDIRECTED =
  'It was redirected to an address that the report does not tell: the policy that blocked it allows the one before.';

function matchAddress(policy: Policy, violation: ReportedViolation): Verdict {
  const deciding = decidingFor(policy, violation);
  if (deciding === null) return unlimited('The policy does not limit this.');
  const found = { directive: deciding.name, ...matchDirective(deciding, violation) };
  return found.verdict !== 'allowed' && isHint(violation) ? (anyForHint(policy, violation) ?? found) : found;
}

/** What has no directive but `default-src` is a prefetch or another resource hint. */
const isHint = ({ directive, blocked_kind: kind }: ReportedViolation): boolean =>
  directive === 'default-src' && (kind === 'host' || kind === 'scheme');

/** Chromium 156 lets a hint through where a list of any kind of fetch does (CSP Level 3 §6.1.3). */
function anyForHint(policy: Policy, violation: ReportedViolation): Verdict | null {
  for (const { name, values } of policy.directives) {
    if (!FETCH_DIRECTIVES.includes(name) || name.endsWith('-attr') || name === 'prefetch-src') continue;
    const found = matchFetch(parseSources(values), violation);
    if (found.verdict === 'allowed') return { directive: name, ...found };
  }
  return null;
}

const unlimited = (why: string): Verdict => ({ verdict: 'allowed', directive: null, by: null, why });

/** Code made of strings and WebAssembly ask `script-src`, whatever a browser reports (CSP Level 3 §4.4 and §4.5). */
export const decidingFor = (
  policy: Pick<Policy, 'directives'>,
  { blocked_kind: kind, directive }: Pick<ReportedViolation, 'blocked_kind' | 'directive'>,
): Directive | null => decidingDirective(policy, kind === 'eval' || kind === 'wasm-eval' ? 'script-src' : directive);

/** Directives with a source list that no fallback leads to (CSP Level 3 §6.3 and §6.4). */
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
 * Whether the site that showed a page in a frame is one of `frame-ancestors` (CSP Level 3 §6.4.2). Mostly the report does
 * not tell the site: then only a list for every site allows it, and only one for none blocks it. Browsers compare the
 * site's origin, which has no path.
 */
function matchAncestors(sources: Sources, violation: ReportedViolation): ListVerdict {
  const ancestor = reportedAncestor(violation);
  const page = violation.document === null ? null : readReportedUrl(violation.document);
  if (ancestor) {
    const by = sources.find((source) => matchSource(source, { ...ancestor, path: '/' }, page) === 'yes');
    return by ? allowed(by.text) : blocked(`Nothing in the list names ${ancestor.host}.`);
  }
  const every = sources.find(isForEverySite);
  if (every) return allowed(every.text, `${every.text} lets every site show the page in a frame.`);
  const some = sources.find(isForSomeSites);
  return some ? unknown(some.text, UNTOLD) : blocked('The list lets no site show the page in a frame.');
}

const UNTOLD = 'Browsers do not report which site showed the page in a frame, only the page itself.';

/** `http:` takes https: too (CSP Level 3 §6.7.2, “scheme-part matching”). */
const isForEverySite = (source: SourceExpression): boolean =>
  source.kind === 'star' || (source.kind === 'scheme' && source.scheme === 'http');

/** No site has an address of these. */
const NO_SITES = new Set(['ws', 'wss', 'ftp', 'data', 'blob']);

function isForSomeSites(source: SourceExpression): boolean {
  if (source.kind === 'scheme') return !NO_SITES.has(source.scheme);
  if (source.kind === 'host') return ['', '/'].includes(source.path) && !NO_SITES.has(source.scheme ?? '');
  return source.kind === 'keyword' && source.keyword === 'self';
}
