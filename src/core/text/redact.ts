import { isPlainText, redactPlainUrl, SECRET_WORDS } from './plain-text.ts';
import {
  assetName,
  decoded,
  isKnownCredential,
  isPersonal,
  isTokenLike,
  mayBeSecret,
  secretReach,
} from './secret-shape.ts';

/** The placeholder for removed text. */
export const REDACTED = '[redacted]';

/** Longer URLs are cut before they are processed, so that no rule takes long on untrusted input. */
const MOST_URL_READ = 2_048;
const MOST_URL_KEPT = 512;
const MOST_TEXT_READ = 2_048;

const HIERARCHICAL = /^([a-z][a-z0-9+.-]*:)?\/\/([^/?#\\]*)([^?#]*)(\?[^#]*)?(#.*)?$/is;

/**
 * Removes what may be secret or personal from a URL: query values, the fragment, user information, and path segments
 * that look like tokens become `[redacted]`. URLs that contain content, such as `data:`, keep only their scheme.
 * Redacting twice has no further effect.
 */
export function redactUrl(raw: string): string {
  return raw === '' ? '' : (redactPlainUrl(raw, REDACTED) ?? redactUrlByRules(raw));
}

/** The same, always by the rules. */
export function redactUrlByRules(raw: string): string {
  const url = cutAtPart(printable(raw), MOST_URL_READ);
  const match = HIERARCHICAL.exec(url);
  if (!match) return redactOpaque(url);
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = match;
  const kept = `${scheme.toLowerCase()}//${redactAuthority(scheme.toLowerCase(), authority)}${redactPath(path)}${redactQuery(query)}${redactFragment(fragment)}`;
  return cutAtPart(kept, MOST_URL_KEPT);
}

/** Schemes whose host identifies a browser installation (Mozilla bug 1372288). */
const FINGERPRINTS = new Set(['moz-extension:', 'safari-web-extension:']);

function redactAuthority(scheme: string, authority: string): string {
  if (FINGERPRINTS.has(scheme)) return REDACTED;
  const at = authority.lastIndexOf('@');
  return at < 0 ? authority : `${REDACTED}@${authority.slice(at + 1)}`;
}

/** A keyword (`inline`), a bare host or path, or a URL that contains content. */
function redactOpaque(url: string): string {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):(?!\d)/i.exec(url) ?? [];
  if (scheme && !/^about:[a-z]*$/i.test(url)) return scheme.toLowerCase();
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url) ?? [];
  return cutAtPart(`${redactPath(path)}${redactQuery(query)}${redactFragment(fragment)}`, MOST_URL_KEPT);
}

const redactFragment = (fragment: string) => (fragment.length > 1 ? `#${REDACTED}` : '');

function redactQuery(query: string): string {
  if (query.length < 2) return '';
  const parts = query.slice(1).split('&', 50);
  return `?${parts.map(redactParameter).join('&')}`;
}

function redactParameter(part: string): string {
  const equals = part.indexOf('=');
  if (equals < 0) return part === '' ? '' : REDACTED;
  const name = part.slice(0, equals);
  const plain = decoded(name);
  const kept = isTokenLike(plain) || isPersonal(plain) ? REDACTED : name;
  return `${kept}=${equals + 1 < part.length ? REDACTED : ''}`;
}

function redactPath(path: string): string {
  if (path.length < 2) return path;
  const segments = path.split('/');
  return segments
    .map((segment, index) => {
      if (isPlain(segment)) return segment;
      const [, name = '', separator = '', rest = ''] = MATRIX.exec(segment) ?? [];
      const isAnnounced =
        secretReach(segments[index - 1] ?? '') > 0 || (index > 1 && secretReach(segments[index - 2] ?? '') > 1);
      const kept = redactSegment(name, isAnnounced);
      if (separator === '') return kept;
      return `${kept}${separator}${rest.split(PARAMETER_SEPARATOR).map(redactParameter).join(separator)}`;
    })
    .join('/');
}

/** RFC 3986, section 3.3: a segment's parameters follow a semicolon, such as `;jsessionid=…`. */
const MATRIX = /^(.*?)(?:(;|%3B)(.*))?$/is;
const PARAMETER_SEPARATOR = /;|%3B/i;

/** Most segments are one short word, which needs no further checks. */
const PLAIN = /^[a-z][a-z-]{0,14}$/;

const isPlain = (segment: string) => segment === '' || segment === REDACTED || PLAIN.test(segment);

function redactSegment(segment: string, isAnnounced: boolean): string {
  if (isPlain(segment)) return segment;
  const word = decoded(segment);
  // A URL within a segment, as in links of proxies and redirects.
  if (word !== segment && /[/?#]/.test(word) && redactUrl(word) !== word) return REDACTED;
  const equals = segment.indexOf('=');
  if (equals > 0 && equals + 1 < segment.length && secretReach(segment.slice(0, equals)) > 0) {
    return `${redactSegment(segment.slice(0, equals), false)}=${REDACTED}`;
  }
  const asset = assetName(word);
  if (asset !== null) {
    return isPersonal(asset) || isKnownCredential(word) || (isAnnounced && isTokenLike(asset)) ? REDACTED : segment;
  }
  return (isAnnounced && mayBeSecret(word)) || isTokenLike(word) || isPersonal(word) ? REDACTED : segment;
}

const SECRET_NAME = `[\\w-]{0,32}(?:${SECRET_WORDS})`;
const ASSIGNED = new RegExp(`(\\b${SECRET_NAME}["']?\\s*[:=]\\s*)(?:(["'\`])[^"'\`\\n]*|[^\\s"'&;,[\\](){}<>]+)`, 'gi');
const COOKIE = /(\bcookie\s*=\s*["'`]?[\w.-]{1,64}=)[^\s"'`;]+/gi;
const SCHEMED = /\b(Bearer|Basic|Digest)\s+[\w.~+/=-]{6,}/g;
const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s'"<>`()]+/gi;
/** An absolute path in a quoted string in code. */
const PATH_IN_TEXT = /(?<=["'`(=])\/(?!\/)[^\s'"<>`()]+/g;
const EMAIL_IN_TEXT =
  /(?<![\p{L}\p{N}._+-])[\p{L}\p{N}._+-]{1,64}(?:@|%40)(?!v?\d+\.\d)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8}\.\p{L}[\p{L}\p{N}-]{1,62}/gu;

/**
 * Removes secrets from free text, such as a sample of code: those in URLs, nonces, email addresses, values assigned to
 * names such as `password`, and what looks like a token.
 * @param most how many characters are kept.
 */
export function redactText(raw: string, most: number): string {
  return raw.length <= most && isPlainText(raw) ? raw : redactTextByRules(raw, most);
}

/** The same, always by the rules. */
export function redactTextByRules(raw: string, most: number): string {
  const text = printable(raw.slice(0, MOST_TEXT_READ))
    .replace(URL_IN_TEXT, (url) => redactUrl(url))
    .replace(PATH_IN_TEXT, (path) => redactUrl(path))
    .replace(/(\bnonce\b\s*[-=:]\s*["']?)[\w+/=-]{4,}/gi, `$1${REDACTED}`)
    .replace(SCHEMED, `$1 ${REDACTED}`)
    .replace(ASSIGNED, (_all, name: string, quote = '') => `${name}${quote}${REDACTED}`)
    .replace(COOKIE, `$1${REDACTED}`)
    .replace(EMAIL_IN_TEXT, REDACTED)
    .replace(/[\w.~+-]{12,}/g, (word) => (isTokenLike(word) ? REDACTED : word));
  return text.length > most ? text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '') : text;
}

/** Policies are kept in full, except for nonces, which are secrets of a page. */
export const redactNonces = (policy: string): string => policy.replace(/'nonce-[^']*'?/gi, `'nonce-${REDACTED}'`);

/** Removes control characters except tab and line feed, because escaping makes a line many times longer. */
function printable(text: string): string {
  return /\p{Cc}/u.test(text) ? text.replace(/[^\P{Cc}\t\n]/gu, '') : text;
}

/** Cuts before the part that doesn't fit completely, so that part of a token isn't mistaken for a short word. */
function cutAtPart(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = most;
  while (end > 0 && !'/?&#=;'.includes(text.charAt(end - 1))) end -= 1;
  return `${text.slice(0, end)}…`;
}
