import { type Match, matchPath } from './path.ts';
import type { HostSource, SourceExpression } from './source.ts';

/** What of a reported URL decides. `host` is null for `data:` and the like; a `path` of null was not told. */
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
 * A URL as reports have it: whole, cut down to its origin, a bare host, or a scheme without a colon.
 * @param pageScheme what a bare host is taken to be fetched by.
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

/** The origin of a URL that has a host, as a source expression names it. */
export const originOf = ({ scheme, host, port }: ReportedUrl): string =>
  `${scheme}://${host}${port === defaultPortOf(scheme) ? '' : `:${port}`}`;

/**
 * Whether a source expression lets a URL through: CSP Level 3 §6.7.2, “Does url match expression in origin with
 * redirect count?”, with no redirect. Expressions that match no URL (nonces, most keywords) say no.
 * @param page whom `'self'` names; null when the report does not tell.
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

/** CSP Level 3 §6.7.2, `'self'`: the page's own origin, and what is the same but safer. */
function isSelf(url: ReportedUrl, page: ReportedUrl): boolean {
  if (url.host !== page.host) return false;
  if (url.scheme === page.scheme && url.port === page.port) return true;
  const bothDefault = url.port === defaultPortOf(url.scheme) && page.port === defaultPortOf(page.scheme);
  if (url.port !== page.port && !bothDefault) return false;
  return ['https', 'wss'].includes(url.scheme) || (page.scheme === 'http' && ['http', 'ws'].includes(url.scheme));
}

/** CSP Level 3 §6.7.2, “scheme-part matching”, as Chromium 156 does it: `https:` and bare hosts take no WebSockets. */
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
 * CSP Level 3 §6.7.2, “host-part matching”: a `*` stands for one label or more, never for none. Browsers take any IPv4
 * address, not 127.0.0.1 alone.
 */
const matchesHost = (expression: string, host: string): boolean =>
  expression.startsWith('*') ? host.endsWith(expression.slice(1)) : expression === host;

/**
 * CSP Level 3 §6.7.2, “port-part matching”. With a safer scheme, port 80 takes 443; another port stays the same by the
 * text of the specification, and Chromium 156 refuses it.
 */
function matchPort(expression: string | null, { port, scheme }: ReportedUrl, isSafer: boolean): Match {
  if (expression === '*') return 'yes';
  if (expression === null) return yes(port === defaultPortOf(scheme));
  if (isSafer && expression === '80') return yes(port === defaultPortOf(scheme));
  if (expression !== port) return 'no';
  return isSafer && port !== defaultPortOf(scheme) ? 'maybe' : 'yes';
}
