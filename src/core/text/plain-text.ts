import { assetName, isKnownCredential, isTokenLike, secretReach } from './secret-shape.ts';

/**
 * One pass over a text that tells whether any rule of redaction can apply to it, which is rare. The rules themselves
 * take a pass each. Both functions may leave a text to the rules where none applies, and never the reverse.
 */

/** Names whose values are secrets in code, JSON, headers, and forms. */
export const SECRET_WORDS =
  'token|secret|password|passwd|passphrase|pwd|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization|session[_-]?id|sessid|jwt|otp|signature';
const ENDS_WITH_NAME = new RegExp(`(?:${SECRET_WORDS}|nonce|cookie)$`, 'i');
/** The last letters of these names. */
const NAME_END = new Set(Array.from('ntdeyslpNTDEYSLP', (letter) => letter.charCodeAt(0)));
const LONGEST_NAME = 13;

const [LOWER, UPPER, DIGIT, MARK, PLUS, OTHER, CONTROL] = [1, 2, 4, 8, 16, 32, 64];
const LETTER = LOWER | UPPER;
const ALPHANUMERIC = LETTER | DIGIT;
/** What a path's segment and a parameter's name consist of in most URLs. */
const WORD = ALPHANUMERIC | MARK;
const WORD_OR_PLUS = WORD | PLUS;

const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-z]/.test(character)) return LOWER;
  if (/[A-Z]/.test(character)) return UPPER;
  if (/\d/.test(character)) return DIGIT;
  if ('_.~-'.includes(character)) return MARK;
  if (character === '+') return PLUS;
  return code < 0x20 || code === 0x7f ? CONTROL : OTHER;
});

const [TAB, LINE_FEED, SPACE, QUOTE, PERCENT, APOSTROPHE, OPEN, HYPHEN] = [9, 10, 32, 34, 37, 39, 40, 45];
const [SLASH, COLON, EQUALS, AT, B, D, BACKTICK, ELLIPSIS] = [47, 58, 61, 64, 66, 68, 96, 0x2026];
const [NUMBER_SIGN, AMPERSAND, QUESTION, E, Y] = [35, 38, 63, 101, 121];

/** Shorter words never look like a token. */
const SHORTEST_TOKEN = 12;
/** So many letters in a row look like a token, even without a digit. */
const LONGEST_WORD = 31;

/** Whether `redactText` would return this text as it is. */
export function isPlainText(text: string): boolean {
  let start = 0;
  let kinds = 0;
  let letters = 0;
  let mostLetters = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Firefox puts an ellipsis where it cuts a sample.
    const kind = code < 128 ? (KINDS[code] ?? OTHER) : code === ELLIPSIS ? OTHER : CONTROL;
    if ((kind & WORD_OR_PLUS) !== 0) {
      kinds |= kind;
      letters = (kind & ALPHANUMERIC) === 0 ? 0 : letters + 1;
      if (letters > mostLetters) mostLetters = letters;
      if (code === HYPHEN ? followsName(text, at) : (code === B || code === D) && isScheme(text, at)) return false;
      continue;
    }
    if (kind === CONTROL && code !== TAB && code !== LINE_FEED) return false;
    if (at - start >= SHORTEST_TOKEN && !isPlainRun(text, start, at, kinds, mostLetters)) return false;
    start = at + 1;
    kinds = letters = mostLetters = 0;
    if (code === AT || (code === PERCENT && text.startsWith('40', at + 1))) return false;
    if (code === SLASH && opensPath(text, at)) return false;
    if (code === COLON && text.startsWith('//', at + 1)) return false;
    if ((code === COLON || code === EQUALS) && followsName(text, at)) return false;
  }
  return text.length - start < SHORTEST_TOKEN || isPlainRun(text, start, text.length, kinds, mostLetters);
}

function isPlainRun(text: string, from: number, to: number, kinds: number, mostLetters: number): boolean {
  const word = text.slice(from, to);
  if ((kinds & DIGIT) !== 0) return !isTokenLike(word);
  return mostLetters <= LONGEST_WORD && !isKnownCredential(word);
}

/** Whether the colon, equals sign, or hyphen at this place follows a name that announces a secret. */
function followsName(text: string, at: number): boolean {
  let end = at - 1;
  while (end > 0 && isSpace(text.charCodeAt(end))) end -= 1;
  const last = text.charCodeAt(end);
  if (last === QUOTE || last === APOSTROPHE) end -= 1;
  return (
    NAME_END.has(text.charCodeAt(end)) && ENDS_WITH_NAME.test(text.slice(Math.max(0, end + 1 - LONGEST_NAME), end + 1))
  );
}

const isSpace = (code: number): boolean => code === SPACE || code === TAB || code === LINE_FEED;

/** `Bearer`, `Basic`, or `Digest`. */
const isScheme = (text: string, at: number): boolean =>
  text.startsWith('earer', at + 1) || text.startsWith('asic', at + 1) || text.startsWith('igest', at + 1);

function opensPath(text: string, at: number): boolean {
  if (at === 0 || text.charCodeAt(at + 1) === SLASH) return false;
  const before = text.charCodeAt(at - 1);
  return before === QUOTE || before === APOSTROPHE || before === BACKTICK || before === OPEN || before === EQUALS;
}

const MOST_URL = 384;
const MOST_PARAMETERS = 12;
/** What a path's segment of plain letters may be at most, for nothing else to be looked at. */
const LONGEST_PLAIN = 15;

/**
 * What `redactUrl` makes of an `http` or `https` URL without unusual characters, secrets, or personal data in its path.
 * @param redacted stands for what is removed.
 * @returns null when the rules have to look at it.
 */
export function redactPlainUrl(url: string, redacted: string): string | null {
  if (url.length > MOST_URL) return null;
  const authority = url.startsWith('https://') ? 8 : url.startsWith('http://') ? 7 : 0;
  if (authority === 0) return null;
  let at = authority;
  while (isWord(url.charCodeAt(at)) || url.charCodeAt(at) === COLON) at += 1;
  // The two segments before this one.
  let [before, beforeEnd, last, lastEnd] = [at, at, at, at];
  while (url.charCodeAt(at) === SLASH) {
    const start = at + 1;
    at = segmentEnd(url, start);
    if (at < 0) {
      at = -at;
      if (!isPlainSegment(url, start, at)) return null;
      if (secretReach(url.slice(last, lastEnd)) > 0 || secretReach(url.slice(before, beforeEnd)) > 1) return null;
    }
    [before, beforeEnd, last, lastEnd] = [last, lastEnd, start, at];
  }
  if (at === url.length) return url;
  const code = url.charCodeAt(at);
  if (code !== QUESTION && code !== NUMBER_SIGN) return null;
  return redactEnd(url, at, redacted);
}

const isWord = (code: number): boolean => code < 128 && ((KINDS[code] ?? OTHER) & WORD) !== 0;

/** Where a segment ends; below zero for one that is more than a short plain word. */
function segmentEnd(url: string, start: number): number {
  let at = start;
  let kinds = 0;
  for (; at < url.length; at += 1) {
    const code = url.charCodeAt(at);
    const kind = code < 128 ? (KINDS[code] ?? OTHER) : OTHER;
    if ((kind & WORD) === 0) break;
    kinds |= code === HYPHEN ? LOWER : kind;
  }
  const isPlain =
    (kinds & ~LOWER) === 0 && at - start <= LONGEST_PLAIN && (at === start || url.charCodeAt(start) !== HYPHEN);
  return isPlain ? at : -at;
}

function isPlainSegment(url: string, start: number, end: number): boolean {
  // A short word can only be the beginning of a JWT.
  if (end - start < SHORTEST_TOKEN) return url.charCodeAt(start) !== E || url.charCodeAt(start + 1) !== Y;
  const segment = url.slice(start, end);
  return !isKnownCredential(segment) && (assetName(segment) !== null || !isTokenLike(segment));
}

/** The path up to `at` with the query and the fragment after it. */
function redactEnd(url: string, at: number, redacted: string): string | null {
  let kept = url.slice(0, at);
  let end = at;
  if (url.charCodeAt(at) === QUESTION) {
    let parameters = 0;
    for (; end < url.length && url.charCodeAt(end) !== NUMBER_SIGN; parameters += 1) {
      const start = end + 1;
      end = start;
      while (isWord(url.charCodeAt(end))) end += 1;
      if (url.charCodeAt(end) !== EQUALS || end - start >= SHORTEST_TOKEN) return null;
      const name = url.slice(start - 1, end + 1);
      const value = end + 1;
      end = valueEnd(url, value);
      if (end < 0 || parameters === MOST_PARAMETERS) return null;
      kept += end > value ? name + redacted : name;
    }
  }
  if (end + 1 < url.length) {
    for (let place = end; place < url.length; place += 1) if (!isVisible(url.charCodeAt(place))) return null;
    kept += `#${redacted}`;
  }
  return kept;
}

const isVisible = (code: number): boolean => code > 0x20 && code < 0x7f;

/** Where a parameter's value ends; below zero when it has unusual characters. */
function valueEnd(url: string, start: number): number {
  let at = start;
  for (; at < url.length; at += 1) {
    const code = url.charCodeAt(at);
    if (code === AMPERSAND || code === NUMBER_SIGN) break;
    if (!isVisible(code)) return -1;
  }
  return at;
}
