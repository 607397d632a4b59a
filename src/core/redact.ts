/** What stands where something was taken out. */
export const REDACTED = '[redacted]';

/** Beyond this a URL is cut before it is read: no rule may take long on what somebody sent. */
const MOST_URL_READ = 2_048;
const MOST_URL_KEPT = 512;
const MOST_TEXT_READ = 2_048;

const HIERARCHICAL = /^([a-z][a-z0-9+.-]*:)?\/\/([^/?#\\]*)([^?#]*)(\?[^#]*)?(#.*)?$/is;

/**
 * A URL without what may be a secret or say who somebody is: query values, fragment, user information, and path
 * segments that look like tokens become `[redacted]`. Of a URL that holds content (`data:`) the scheme stays.
 * Redacting twice changes nothing more.
 */
export function redactUrl(raw: string): string {
  const url = cutAtPart(printable(raw), MOST_URL_READ);
  const match = HIERARCHICAL.exec(url);
  if (!match) return redactOpaque(url);
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = match;
  const kept = `${scheme.toLowerCase()}//${redactAuthority(scheme.toLowerCase(), authority)}${redactPath(path)}${redactQuery(query)}${redactFragment(fragment)}`;
  return cutAtPart(kept, MOST_URL_KEPT);
}

/** Their host is an id of one browser's installation (Mozilla bug 1372288). */
const FINGERPRINTS = new Set(['moz-extension:', 'safari-web-extension:']);

function redactAuthority(scheme: string, authority: string): string {
  if (FINGERPRINTS.has(scheme)) return REDACTED;
  const at = authority.lastIndexOf('@');
  return at < 0 ? authority : `${REDACTED}@${authority.slice(at + 1)}`;
}

/** A keyword (`inline`), a bare host or path, or a URL whose whole rest is content. */
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
  return `${isTokenLike(name) ? REDACTED : name}=${equals + 1 < part.length ? REDACTED : ''}`;
}

/** What such a word announces is a secret, however short. */
const ANNOUNCES_SECRET =
  /^(tokens?|resets?|reset-?password|password-?reset|invit(e|es|ation|ations)|verify|verification|confirm|confirmation|activate|activation|magic|magic-?link|unsubscribe|share|secrets?|auth|session|sessions|otp|callback-token)$/i;
const ASSET = /\.(m?js|css|map|json|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp[34]|webm|wasm|html?|txt)$/i;

function redactPath(path: string): string {
  if (path.length < 2) return path;
  const segments = path.split('/');
  return segments
    .map((segment, index) => {
      const announced = ANNOUNCES_SECRET.test(segments[index - 1] ?? '') && /\d|.{16}/.test(segment);
      if (segment === '' || (ASSET.test(segment) && segment.length < 128)) return segment;
      return (announced && segment !== REDACTED) || isTokenLike(segment) || isPersonal(segment) ? REDACTED : segment;
    })
    .join('/');
}

const isPersonal = (segment: string) => /[^/]@|%40/i.test(segment);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Whether a word looks random: long, and in one piece with digits among letters, or a JWT. UUIDs are ids and stay,
 * as do the slugs of titles, whose pieces are short and in lower case.
 */
export function isTokenLike(word: string): boolean {
  if (word.length < 20 || UUID.test(word)) return false;
  if (/^ey[\w-]+\.[\w-]+(\.[\w-]*)?/.test(word)) return true;
  if (/[A-Za-z0-9]{32}/.test(word)) return true;
  if (/[A-Za-z0-9]{20}/.test(word)) return /\d/.test(word) && /[A-Za-z]/.test(word);
  return /^[\w.~+=%-]+$/.test(word) && /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
}

/**
 * A free text, such as a sample of code, without the URLs' secrets, nonces and what looks like a token.
 * @param most how many characters are kept.
 */
export function redactText(raw: string, most: number): string {
  const text = printable(raw.slice(0, MOST_TEXT_READ))
    .replace(/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s'"<>`()]+/gi, (url) => redactUrl(url))
    .replace(/(\bnonce\b\s*[-=:]\s*["']?)[\w+/=-]{4,}/gi, `$1${REDACTED}`)
    .replace(
      /\b((?:pass(?:word|wd)?|secret|api_?key|(?:access_?|auth_?|csrf_?)?token)["']?\s*[:=]\s*["']?)[^\s"'&;,[\]]+/gi,
      `$1${REDACTED}`,
    )
    .replace(/(?<![\w.+-])[\w.+-]+@[\w-]{1,63}\.[\w.-]{2,63}/g, REDACTED)
    .replace(/[\w.~+-]{20,}/g, (word) => (isTokenLike(word) ? REDACTED : word));
  return text.length > most ? text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '') : text;
}

/** Policies are long and are kept whole; nonces are one page's secret. */
export const redactNonces = (policy: string): string => policy.replace(/'nonce-[^']*'?/gi, `'nonce-${REDACTED}'`);

/** Without control characters but tab and line feed: they would make a line many times longer. */
function printable(text: string): string {
  return /\p{Cc}/u.test(text) ? text.replace(/[^\P{Cc}\t\n]/gu, '') : text;
}

/** Cuts before the part that does not fit whole, so that no rest of a token is taken for a short word. */
function cutAtPart(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = most;
  while (end > 0 && !'/?&#='.includes(text.charAt(end - 1))) end -= 1;
  return `${text.slice(0, end)}…`;
}
