import { hash } from 'node:crypto';
import type { CspViolation } from '#core/csp/report/report.ts';
import { REDACTED, redactNonces } from '#core/text/redact.ts';
import { isTokenLike } from '#core/text/secret-shape.ts';

export type BlockedKind = 'inline' | 'eval' | 'wasm-eval' | 'trusted-types' | 'scheme' | 'host';

/** What was blocked: for `host` with its port, for `scheme` without a colon, for the others null. All null: the browser does not tell. */
export type Blocked = { kind: BlockedKind | null; host: string | null; scheme: string | null };

/** The words that browsers send instead of a URL (CSP 3 §5.3, CSP 3 §4.4 for WebAssembly, Trusted Types §5.1). */
const KEYWORDS: Record<string, BlockedKind> = {
  inline: 'inline',
  eval: 'eval',
  'wasm-eval': 'wasm-eval',
  'trusted-types-policy': 'trusted-types',
  'trusted-types-sink': 'trusted-types',
};
const TRUSTED_TYPES_DIRECTIVES = new Set(['trusted-types', 'require-trusted-types-for']);
const TAKES_INLINE = /^(script|style)-src/;
const NETWORK_SCHEMES = new Set(['http', 'https', 'ws', 'wss', 'ftp']);

const UNKNOWN: Blocked = { kind: null, host: null, scheme: null };

/**
 * What kind of thing a violation blocked. Before CSP 3, `''` and Firefox's `self` stood for inline code where a
 * directive takes any. Elsewhere an empty URL, or the `null` that an opaque origin is written as (HTML §7.1.1), tells nothing.
 * Chromium sends an empty one for frames of `data:`.
 */
export function blockedOf({
  blocked,
  directive,
  document,
}: Pick<CspViolation, 'blocked' | 'directive' | 'document'>): Blocked {
  if (!TRUSTED_TYPES_DIRECTIVES.has(directive)) {
    const host = plainHostOf(blocked);
    if (host !== null) return { kind: 'host', host, scheme: null };
  }
  const keyword = KEYWORDS[blocked];
  if (keyword && Object.hasOwn(KEYWORDS, blocked)) return { kind: keyword, host: null, scheme: null };
  if (TRUSTED_TYPES_DIRECTIVES.has(directive)) return { kind: 'trusted-types', host: null, scheme: null };
  if (blocked === '' || blocked === 'self') {
    if (TAKES_INLINE.test(directive)) return { kind: 'inline', host: null, scheme: null };
    const host = blocked === 'self' ? hostOf(document) : null;
    return host ? { kind: 'host', host, scheme: null } : UNKNOWN;
  }
  if (blocked.toLowerCase() === 'null') return UNKNOWN;
  const [, scheme = ''] = /^([a-z][a-z0-9+.-]*):(?!\d)/i.exec(blocked) ?? [];
  if (scheme && !NETWORK_SCHEMES.has(scheme.toLowerCase()))
    return { kind: 'scheme', host: null, scheme: scheme.toLowerCase().slice(0, 64) };
  if (scheme === '' && isBareScheme(blocked)) return { kind: 'scheme', host: null, scheme: blocked.toLowerCase() };
  return { kind: 'host', host: hostOf(blocked), scheme: null };
}

/** Old browsers also send bare hosts; a word without a dot or port is a scheme, as CSP 3 §5.4 writes it. */
const isBareScheme = (blocked: string) => /^[a-z][a-z0-9+-]{0,63}$/i.test(blocked) && blocked !== 'localhost';

const DEFAULT_PORT = /^(?:(?:https|wss):.*:443|(?:http|ws):.*:80)$/;

const PLAIN_HOST = /^https?:\/\/([a-z0-9.-]{1,253})(?:[/?#]|$)/;

/** The host of an `http` or `https` URL without a port or unusual characters, which most are. */
const plainHostOf = (url: string): string | null => PLAIN_HOST.exec(url)?.[1] ?? null;

/** The host of a URL, or of what stands before the first slash, in lower case with a port that is not the scheme's. */
function hostOf(url: string): string | null {
  const [, scheme = '', authority = ''] = /^(?:([a-z][a-z0-9+.-]*:)?\/\/)?([^/?#\\]*)/i.exec(url) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  const plain = DEFAULT_PORT.test(`${scheme.toLowerCase()}${host}`) ? host.replace(/:\d+$/, '') : host;
  return plain === '' ? null : plain.slice(0, 255);
}

const ID_SEGMENT =
  /^(\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=.*\d)[0-9a-f]{8,}|[0-9A-HJKMNP-TV-Z]{26}|\d{4}-\d\d(-\d\d)?|.*\[redacted\].*)$/i;

/** The page behind a document's URL: origin and path, with numbers, UUIDs and the like as `{id}`, so that `/users/7` and `/users/8` are one. */
export function documentRoute(document: string): string {
  const [, origin = '', path = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)/i.exec(document) ?? [];
  const segments = path.split('/');
  return (
    origin + segments.map((part) => (part && (ID_SEGMENT.test(part) || isTokenLike(part)) ? '{id}' : part)).join('/')
  );
}

/**
 * A sample as browsers agree on it: Chromium cuts after 40 characters, Firefox puts an ellipsis there, and they wrap
 * the code of `new Function` differently. Numbers and spaces vary from page to page.
 */
export function normalizeSample(sample: string): string {
  let code = sample.includes(REDACTED) ? sample.replaceAll(REDACTED, '') : sample;
  if (code.endsWith('…')) code = code.slice(0, -1);
  if (code.startsWith('(function anonymous')) code = code.replace(/^\((function anonymous\b.*?)\)?$/s, '$1');
  code = code.slice(0, 38);
  if (/[^!-~]{2}|[^ -~]/.test(code)) code = code.replace(/\s+/g, ' ');
  if (/\d/.test(code)) code = code.replace(/\d+/g, '0');
  return code.trim();
}

/**
 * What two violations of a group have in common: of a redacted violation, so that no secret tells groups apart. The
 * disposition is not one of them: a page that has both headers reports one violation under each.
 */
export function groupText(
  { directive, sample, sourceFile, line }: Pick<CspViolation, 'directive' | 'sample' | 'sourceFile' | 'line'>,
  blocked: Blocked,
): string {
  const inline = blocked.kind !== null && blocked.kind !== 'host' && blocked.kind !== 'scheme';
  const detail = inline
    ? normalizeSample(sample) || `${documentRoute(sourceFile)}:${line ?? ''}`
    : (blocked.host ?? blocked.scheme ?? '');
  return `${directive}\n${blocked.kind ?? ''}\n${detail}`;
}

/** A group's id, of its text. Hashed twice, as it always was: people have muted groups by their ids. */
export const groupIdOf = (text: string): string => shortHash(shortHash(text));

/** The first 64 bits of SHA-256, in hexadecimal: enough to tell the groups of an installation apart. */
export const shortHash = (text: string): string => hash('sha256', text, 'hex').slice(0, 16);

const REPORT_DIRECTIVE = /^(report-uri|report-to)(\s|$)/i;

/** A policy without what differs from page to page: nonces and report directives. Names are in lower case. */
export function normalizePolicy(policy: string): string {
  return redactNonces(policy)
    .split(';')
    .map((directive) => directive.trim().replace(/\s+/g, ' '))
    .filter((directive) => directive !== '' && !REPORT_DIRECTIVE.test(directive))
    .map((directive) => directive.replace(/^\S+/, (name) => name.toLowerCase()))
    .join('; ');
}
