import { type Match, matchPath } from './path.ts';
import type { HostSource, SourceExpression } from './source.ts';

/**
 * The parts of a reported URL that are matched. `host` is null for schemes such as `data:`; `path` is null if the
 * report doesn't include it.
 */
export type ReportedUrl = { scheme: string; host: string | null; port: string; path: string | null };

const DEFAULT_PORTS = new Map([
  ['http', '80'],
  ['ws', '80'],
  ['https', '443'],
  ['wss', '443'],
  ['ftp', '21'],
]);
const defaultPortOf = (scheme: string) => DEFAULT_PORTS.get(scheme) ?? '';

/**
 * Reads a URL as reports contain it: a full URL, only its origin, a bare host, or a scheme without a colon.
 * @param pageScheme the scheme to assume for a bare host.
 */
export function readReportedUrl(text: string, pageScheme = 'https'): ReportedUrl | null {
  const [, opaque] = /^([a-z][a-z0-9+.-]*)(?::(?!\/\/|\d).*)?$/is.exec(text) ?? [];
  if (opaque !== undefined && (text.includes(':') || !/[.]/.test(text)) && text !== 'localhost')
    return { scheme: opaque.toLowerCase(), host: null, port: '', path: null };
  const match = /^(?:(?:([a-z][a-z0-9+.-]*):)?\/\/)?(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?(\/[^?#]*)?/i.exec(
    text,
  );
  const [, scheme = pageScheme, host = '', port = '', path = null] = match ?? [];
  if (host === '') return null;
  const known = scheme.toLowerCase();
  return { scheme: known, host: host.toLowerCase(), port: port || defaultPortOf(known), path };
}

/** The origin of a URL with a host, as a source expression. */
export const originOf = ({ scheme, host, port }: ReportedUrl): string =>
  `${scheme}://${host}${port === defaultPortOf(scheme) ? '' : `:${port}`}`;

/**
 * Whether a source expression matches a URL: CSP Level 3 §6.7.2, “Does url match expression in origin with redirect
 * count?”, without redirects. Expressions that match no URLs, such as nonces and most keywords, return no.
 * @param page the URL that `'self'` refers to; null if the report doesn't include it.
 */
export function matchSource(source: SourceExpression, url: ReportedUrl, page: ReportedUrl | null): Match {
  if (source.kind === 'star') return isNetwork(url.scheme) || url.scheme === page?.scheme ? 'yes' : 'no';
  if (source.kind === 'scheme') return yes(matchesScheme(source.scheme, url.scheme));
  if (source.kind === 'host') return matchHost(source, url, page);
  if (source.kind !== 'keyword' || source.keyword !== 'self' || url.host === null) return 'no';
  return page === null ? 'maybe' : yes(isSelf(url, page));
}

const yes = (matches: boolean): Match => (matches ? 'yes' : 'no');

const isNetwork = (scheme: string) => DEFAULT_PORTS.has(scheme);

/** CSP Level 3 §6.7.2, `'self'`: the page's own origin, or the same origin with a more secure scheme. */
function isSelf(url: ReportedUrl, page: ReportedUrl): boolean {
  if (url.host !== page.host) return false;
  if (url.scheme === page.scheme && url.port === page.port) return true;
  const bothDefault = url.port === defaultPortOf(url.scheme) && page.port === defaultPortOf(page.scheme);
  if (url.port !== page.port && !bothDefault) return false;
  return ['https', 'wss'].includes(url.scheme) || (page.scheme === 'http' && ['http', 'ws'].includes(url.scheme));
}

/** CSP Level 3 §6.7.2, “scheme-part matching”, as in Chromium 156: `https:` and bare hosts don't match WebSockets. */
const SAFER = new Map([
  ['http', 'https'],
  ['ws', 'wss'],
]);

const matchesScheme = (expression: string, scheme: string): boolean =>
  expression === scheme || SAFER.get(expression) === scheme;

function matchHost(source: HostSource, url: ReportedUrl, page: ReportedUrl | null): Match {
  if (url.host === null || !matchesHost(source.host, url.host)) return 'no';
  const scheme = source.scheme ?? page?.scheme;
  if (scheme !== undefined && !matchesScheme(scheme, url.scheme)) return 'no';
  const port = matchPort(source.port, url, scheme !== undefined && scheme !== url.scheme);
  if (port === 'no') return 'no';
  const path = matchPath(source.path, url.path);
  const isSure = port === 'yes' && scheme !== undefined;
  return path === 'yes' && !isSure ? 'maybe' : path;
}

/**
 * CSP Level 3 §6.7.2, “host-part matching”: `*` matches one or more labels, but not zero. Browsers accept any IPv4
 * address, not only 127.0.0.1.
 */
const matchesHost = (expression: string, host: string): boolean =>
  expression.startsWith('*') ? host.endsWith(expression.slice(1)) : expression === host;

/**
 * CSP Level 3 §6.7.2, “port-part matching”. If the scheme is upgraded, port 80 also matches 443. Any other port must
 * stay the same according to the specification, but Chromium 156 doesn't match it.
 */
function matchPort(expression: string | null, { port, scheme }: ReportedUrl, isSafer: boolean): Match {
  if (expression === '*') return 'yes';
  if (expression === null) return yes(port === defaultPortOf(scheme));
  if (isSafer && expression === '80') return yes(port === defaultPortOf(scheme));
  if (expression !== port) return 'no';
  return isSafer && port !== defaultPortOf(scheme) ? 'maybe' : 'yes';
}
