import { hasKeyword, type SourceExpression } from './source.ts';
import { matchSource, type ReportedUrl, readReportedUrl } from './url.ts';
import { allowed, blocked, type ListVerdict, type ReportedViolation, type Sources, unknown } from './verdict.ts';

/** The blocked URL and the page's URL. Old versions of Firefox report the page's own origin as `self`. */
export function urlsOf({ blocked: text, blocked_kind: kind, blocked_host: host, document }: ReportedViolation): {
  url: ReportedUrl | null;
  page: ReportedUrl | null;
} {
  const page = document === null ? null : readReportedUrl(document);
  const reported = text === 'self' ? document : (text ?? host);
  return { url: reported === null || kind === null ? null : readReportedUrl(reported, page?.scheme), page };
}

/**
 * Something with a URL, against a source list (CSP Level 3 §6.7.1, “Script directives pre-request check”, and §6.7.2,
 * “Does url match source list in origin with redirect count?”). Reports don't say whether a tag has a nonce or
 * `integrity`.
 */
export function matchFetch(sources: Sources, violation: ReportedViolation): ListVerdict {
  const { directive } = violation;
  const { url, page } = urlsOf(violation);
  const isScript = directive.startsWith('script-src');
  const isDynamic = hasKeyword(sources, 'strict-dynamic');
  if (directive === 'worker-src' && isDynamic)
    return allowed("'strict-dynamic'", 'Trusted scripts can start any worker.');
  if (isScript && isDynamic)
    return unknown(
      "'strict-dynamic'",
      'Browsers ignore hosts here. Allowed only if the tag has the nonce, or a trusted script adds it.',
    );
  if (url === null)
    return sources.some(mayLetThrough)
      ? unknown(null, 'The report doesn’t say what was blocked.')
      : blocked('The list allows no URLs.');

  const matches = sources.map((source) => ({ source, match: matchSource(source, url, page) }));
  const sure = matches.find(({ match }) => match === 'yes')?.source;
  if (sure) return allowed(sure.text, isPath(sure) ? OTHER_PATHS : undefined);
  const maybe = matches.find(({ match }) => match === 'maybe')?.source;
  if (maybe) return unknown(maybe.text, doubtOf(maybe, page));
  const nonce = sources.find(({ kind }) => kind === 'nonce');
  if (nonce && (isScript || directive.startsWith('style-src')))
    return unknown(nonce.text, 'Allowed only if the page sets the nonce on this tag.');
  const hash = sources.find(({ kind }) => kind === 'hash');
  if (hash && isScript)
    return unknown(hash.text, 'Allowed only if the tag’s integrity attribute has one of the hashes.');
  return blocked(whyNone(sources, url));
}

const mayLetThrough = (source: SourceExpression): boolean =>
  source.kind === 'keyword' ? source.keyword === 'self' : source.kind !== 'none' && source.kind !== 'unknown';

/** Whether an expression allows every network URL. `http:` includes https:, but not WebSockets. */
export const opensEveryUrl = (source: SourceExpression): boolean =>
  source.kind === 'star' || (source.kind === 'scheme' && source.scheme === 'http');

const OTHER_PATHS = 'It allows the path in this report. Other paths on the host stay blocked.';

const isPath = (source: SourceExpression) => source.kind === 'host' && source.path.length > 1;

function doubtOf(source: SourceExpression, page: ReportedUrl | null): string {
  if (isPath(source)) return 'The report doesn’t include the full path.';
  if (page === null) return 'The report doesn’t include the page.';
  return 'Browsers differ in how they match the port when the scheme is upgraded.';
}

function whyNone(sources: Sources, { scheme, host }: ReportedUrl): string {
  if (host?.includes('_'))
    return `Nothing in the list matches ${host}. Browsers don’t accept hosts with an underscore, only a wildcard for the parent domain.`;
  if (host !== null) return `Nothing in the list matches ${host}.`;
  const hasStar = sources.some(({ kind }) => kind === 'star');
  return hasStar ? `* doesn’t match ${scheme}: URLs.` : `Nothing in the list matches ${scheme}: URLs.`;
}
