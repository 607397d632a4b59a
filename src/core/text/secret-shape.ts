/**
 * Whether a word looks like a credential or a personal address. The name before it often says little (`/x/…`), so the
 * word itself is judged: by its prefix, by how its characters are mixed, and by an `@` in it.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Prefixes of credentials, which their issuers add so that leaks can be found. */
const KNOWN_PREFIX = new RegExp(
  `^(?:${[
    'gh[oprsu]_\\w{8,}', // GitHub
    'github_pat_\\w{8,}',
    'gl(?:pat|ptt|dt|rt|cbt|soat)-[\\w-]{8,}', // GitLab
    'xox[a-z]-[\\w-]{8,}', // Slack
    'xapp-[\\w-]{8,}',
    '(?:sk|rk|pk)_(?:live|test)_\\w{8,}', // Stripe
    'whsec_[\\w+/=-]{8,}', // Standard Webhooks
    'sk-(?:proj-|ant-|or-)?[\\w-]*\\d[\\w-]{12,}', // OpenAI, Anthropic, OpenRouter
    '(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{12,}', // AWS
    'AIza[\\w-]{16,}', // Google
    'ya29\\.[\\w-]{8,}',
    '1//[\\w-]{16,}',
    'SG\\.[\\w-]{8,}', // SendGrid
    'npm_\\w{16,}',
    'pypi-[\\w-]{16,}',
    'do[opr]_v1_\\w{8,}', // DigitalOcean
    'hf_\\w{16,}', // Hugging Face
    'shp(?:at|ca|pa|ss)_\\w{8,}', // Shopify
    'sq0[a-z]{3}-[\\w-]{8,}', // Square
    'lin_(?:api|oauth)_\\w{8,}', // Linear
    'dapi[0-9a-f]{16,}', // Databricks
    'EAA[A-Za-z0-9]{16,}', // Meta
    'key-[0-9a-f]{16,}', // Mailgun
    'hfk_[\\w-]{8,}', // ours
  ].join('|')})`,
);

/** RFC 7515, section 3: a header is a JSON object, which starts with `eyJ` in base64url. */
const JWT = /^ey[A-Za-z0-9][\w-]*\.[\w-]+(?:\.[\w-]*){0,3}/;

/** Whether a word starts like a known credential or is a JWT, even if it ends like a file name. */
export const isKnownCredential = (word: string): boolean => KNOWN_PREFIX.test(word) || JWT.test(word);

/**
 * Whether a word looks random: long, unbroken, and with digits among letters; shorter, but with frequent changes
 * between kinds of characters; or a credential of a known form. UUIDs are ids and don't count, nor do slugs of titles,
 * whose parts are short and in lower case.
 */
export function isTokenLike(word: string): boolean {
  if (word.length < 12) return false;
  if (isKnownCredential(word)) return true;
  if (word.length < 20) return changesAllTheTime(word);
  if (UUID.test(word)) return false;
  if (/[A-Za-z0-9]{32}/.test(word)) return true;
  if (/[A-Za-z0-9]{20}/.test(word)) return /\d/.test(word) && /[A-Za-z]/.test(word);
  return /^[\w.~+/=%-]+$/.test(word) && /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
}

/**
 * In base62, two out of three neighboring characters are of different kinds. In words and numbered names, far fewer
 * are.
 */
function changesAllTheTime(word: string): boolean {
  if (!/^[A-Za-z0-9]+$/.test(word) || !/\d/.test(word) || !/[a-z]/.test(word) || !/[A-Z]/.test(word)) return false;
  let changes = 0;
  for (let index = 1; index < word.length; index += 1) {
    if (kindOf(word.charCodeAt(index)) !== kindOf(word.charCodeAt(index - 1))) changes += 1;
  }
  return changes > word.length / 2;
}

const kindOf = (code: number): number => (code < 58 ? 0 : code < 91 ? 1 : 2);

/** Extensions of files that pages load. The part before is a name, often with a content hash. */
const ASSET =
  /(?:\.(?:min|esm|umd|cjs|prod|dev|bundle|module|chunk))*\.(?:m?js|cjs|css|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp[34]|webm|wasm)$/i;

/** A file's name without its extension, or null if pages don't load such files. */
export function assetName(segment: string): string | null {
  if (segment.length >= 128) return null;
  const match = ASSET.exec(segment);
  return match ? segment.slice(0, match.index) : null;
}

/**
 * RFC 5322's local part without quoting, and a domain whose last label has letters, because `react@18.2.0` is a
 * version.
 */
const EMAIL = /[\p{L}\p{N}._+'-]@(?!v?\d+\.\d)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}[\p{L}\p{N}-]+/u;
/** E.164, with the plus sign that distinguishes it from an id. */
const PHONE = /^\+\d{8,15}$/;

/** Whether a word contains an email address or is a phone number. */
export const isPersonal = (word: string): boolean => (word.includes('@') && EMAIL.test(word)) || PHONE.test(word);

/**
 * Decodes percent-encoding, at most twice, because links within links are encoded again. Malformed text is returned
 * unchanged.
 */
export function decoded(word: string): string {
  let text = word;
  for (let times = 0; times < 2 && text.includes('%'); times += 1) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return text.replaceAll(/%40/gi, '@').replaceAll(/%2b/gi, '+');
    }
  }
  return text;
}

/** Words in a path that are followed by a secret up to two segments later, as in `/reset/{user}/{token}`. */
const ANNOUNCES_TWO = new Set(
  (
    'token tokens jwt bearer apikey accesskey secret secrets otp ticket signature sig reset password passwd ' +
    'invite invites invitation invitations accept verify verification confirm confirmation activate activation ' +
    'magic magiclink credential credentials nonce sessionid jsessionid phpsessid sid'
  ).split(' '),
);
/** Words that are also ordinary parts of paths, so that only the next segment may be a secret. */
const ANNOUNCES_ONE = new Set(['share', 'auth', 'authorize', 'session', 'sessions', 'unsubscribe', 'login', 'signin']);

/**
 * How many segments of a path after this one may be a secret: `accept-invite`, `access_token` and `resetPassword` say
 * two.
 */
export function secretReach(name: string): 0 | 1 | 2 {
  if (name.length < 3 || name.length > 64) return 0;
  if (LOWER_CASE_WORD.test(name)) return reachOf([name]);
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return reachOf(words);
}

/** Most names are a single word, which doesn't need to be split. */
const LOWER_CASE_WORD = /^[a-z]+$/;

function reachOf(words: readonly string[]): 0 | 1 | 2 {
  const whole = words.join('');
  if (ANNOUNCES_TWO.has(whole) || words.some((word) => ANNOUNCES_TWO.has(word))) return 2;
  return words.some((word) => ANNOUNCES_ONE.has(word)) ? 1 : 0;
}

/**
 * Where a secret is expected, anything with a digit, long, or in capitals counts as one, but a version (`v2`) doesn't.
 */
export const mayBeSecret = (word: string): boolean =>
  /\d|.{16}|^[A-Z]{4,}$|[a-z][A-Z][a-z]*[A-Z]/.test(word) && !/^v\d{1,2}$/i.test(word);
