import { hasKeyword, type SourceExpression } from './source.ts';
import { matchSource, type ReportedUrl, readReportedUrl } from './url.ts';
import { allowed, blocked, type ListVerdict, type ReportedViolation, type Sources, unknown } from './verdict.ts';

/** The URL that was blocked, and the page's. `self` is how old Firefox wrote the page's own origin. */
export function urlsOf({ blocked: text, blocked_kind: kind, blocked_host: host, document }: ReportedViolation): {
  url: ReportedUrl | null;
  page: ReportedUrl | null;
} {
  const page = document === null ? null : readReportedUrl(document);
  const told = text === 'self' ? document : (text ?? host);
  return { url: told === null || kind === null ? null : readReportedUrl(told, page?.scheme), page };
}

/**
 * Something with a URL, against a source list (CSP Level 3 §6.7.1, “Script directives pre-request check”, and §6.7.2,
 * “Does url match source list in origin with redirect count?”). What a tag's nonce or `integrity` would change, no
 * report tells.
 */
export function matchFetch(sources: Sources, violation: ReportedViolation): ListVerdict {
  const { directive } = violation;
  const { url, page } = urlsOf(violation);
  const isScript = directive.startsWith('script-src');
  const isDynamic = hasKeyword(sources, 'strict-dynamic');
  if (directive === 'worker-src' && isDynamic)
    return allowed("'strict-dynamic'", 'Scripts that may run may start any worker.');
  if (isScript && isDynamic)
    return unknown(
      "'strict-dynamic'",
      'Hosts do not count: only if the tag has the nonce, or a trusted script adds it.',
    );
  if (url === null)
    return sources.some(mayLetThrough)
      ? unknown(null, 'The report does not tell what was blocked.')
      : blocked('The list allows no address.');

  const matches = sources.map((source) => ({ source, match: matchSource(source, url, page) }));
  const sure = matches.find(({ match }) => match === 'yes')?.source;
  if (sure) return allowed(sure.text, isPath(sure) ? OTHER_PATHS : undefined);
  const maybe = matches.find(({ match }) => match === 'maybe')?.source;
  if (maybe) return unknown(maybe.text, doubtOf(maybe, page));
  const nonce = sources.find(({ kind }) => kind === 'nonce');
  if (nonce && (isScript || directive.startsWith('style-src')))
    return unknown(nonce.text, 'Only if the page puts the nonce on this tag.');
  const hash = sources.find(({ kind }) => kind === 'hash');
  if (hash && isScript) return unknown(hash.text, 'Only if the tag’s integrity attribute names one of the hashes.');
  return blocked(whyNone(sources, url));
}

const mayLetThrough = (source: SourceExpression): boolean =>
  source.kind === 'keyword' ? source.keyword === 'self' : source.kind !== 'none' && source.kind !== 'unknown';

/** Whether an expression allows whatever address a network has. `http:` takes https: too, and no WebSockets. */
export const opensEveryUrl = (source: SourceExpression): boolean =>
  source.kind === 'star' || (source.kind === 'scheme' && source.scheme === 'http');

const OTHER_PATHS = 'It allows the path of this report; other paths of the host stay blocked.';

const isPath = (source: SourceExpression) => source.kind === 'host' && source.path.length > 1;

function doubtOf(source: SourceExpression, page: ReportedUrl | null): string {
  if (isPath(source)) return 'The report does not tell the whole path.';
  if (page === null) return 'The report does not tell the page.';
  return 'Browsers differ about a port when the scheme becomes a safer one.';
}

function whyNone(sources: Sources, { scheme, host }: ReportedUrl): string {
  if (host?.includes('_'))
    return `Nothing in the list names ${host}: browsers take no host with an underscore, only a wildcard above it.`;
  if (host !== null) return `Nothing in the list names ${host}.`;
  const hasStar = sources.some(({ kind }) => kind === 'star');
  return hasStar ? `* does not stand for ${scheme}: URLs.` : `Nothing in the list names ${scheme}: URLs.`;
}
