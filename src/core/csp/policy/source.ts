/** A word of a source list, read. `text` is how it was written. */
export type SourceExpression = { text: string } & (
  | { kind: 'none' | 'star' | 'unknown' }
  | { kind: 'keyword'; keyword: string }
  | { kind: 'nonce'; nonce: string }
  | { kind: 'hash'; algorithm: string; value: string }
  | { kind: 'scheme'; scheme: string }
  | HostSource
);

/** `scheme`, `port` and `path` are null or `''` when the expression names none. The path has no query. */
export type HostSource = {
  kind: 'host';
  scheme: string | null;
  host: string;
  port: string | null;
  path: string;
};

/**
 * The keywords of source lists, without their quotes: CSP Level 3 §2.3.1 and §6.1; `inline-speculation-rules` is
 * HTML's, `trusted-types-eval` Trusted Types'.
 */
export const SOURCE_KEYWORDS: readonly string[] = [
  'none',
  'self',
  'unsafe-inline',
  'unsafe-eval',
  'wasm-unsafe-eval',
  'unsafe-hashes',
  'strict-dynamic',
  'report-sample',
  'report-sha256',
  'report-sha384',
  'report-sha512',
  'unsafe-allow-redirects',
  'unsafe-webtransport-hashes',
  'trusted-types-eval',
  'inline-speculation-rules',
];

const NONCE = /^'nonce-(.+)'$/i;
const HASH = /^'(sha-?(?:256|384|512))-(.+)'$/i;
/** Chromium 156 takes the alphabets of Base64 and of its form for URLs, and padding or none. */
const BASE64 = /^[a-z0-9+/_-]+={0,2}$/i;
/** A value that a template or the redaction leaves open has some of these, which Base64 has not. */
const PLACEHOLDER = /[{}<>[\]()$%…*]/;
const SCHEME = /^([a-z][a-z0-9+.-]*):$/i;
/** A host takes no underscore, in Firefox neither. Of a path, Chromium leaves out a query and a fragment. */
const HOST =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?)(?::0*(\d{1,10}|\*))?(?:(\/[^?#;,]*)(?:[?#][^;,]*)?)?$/i;

/**
 * Reads a source expression (grammar: CSP Level 3 §2.3.1). What browsers do not know is `unknown`, which allows
 * nothing. By hand, because the verdicts need the parts, and packages that parse policies leave expressions as texts. A nonce or hash may be a placeholder: `'nonce-[redacted]'` of a report, `'nonce-{random}'` of a template.
 */
export function parseSource(text: string): SourceExpression {
  if (text === '*') return { text, kind: 'star' };
  const nonce = NONCE.exec(text)?.[1];
  if (nonce !== undefined && isValue(nonce)) return { text, kind: 'nonce', nonce };
  const [, algorithm, value] = HASH.exec(text) ?? [];
  if (algorithm !== undefined && value !== undefined && isDigest(value))
    return { text, kind: 'hash', algorithm: algorithm.toLowerCase().replace('-', ''), value };
  if (text.startsWith("'")) return parseKeyword(text);
  const scheme = SCHEME.exec(text)?.[1];
  if (scheme !== undefined) return { text, kind: 'scheme', scheme: scheme.toLowerCase() };
  return parseHost(text);
}

const isValue = (value: string): boolean => BASE64.test(value) || PLACEHOLDER.test(value);

/** What of four characters of Base64 is missing may be padded, and one character of four is none. */
function isDigest(value: string): boolean {
  const digits = value.replace(/=+$/, '').length;
  return isValue(value) && digits % 4 !== 1 && value.length - digits <= (4 - (digits % 4)) % 4;
}

const read = new WeakMap<readonly string[], readonly SourceExpression[]>();

/** Reads a directive's values, once: a list is asked about every violation there is. */
export function parseSources(values: readonly string[]): readonly SourceExpression[] {
  const known = read.get(values);
  if (known) return known;
  const sources = values.map(parseSource);
  read.set(values, sources);
  return sources;
}

function parseKeyword(text: string): SourceExpression {
  const keyword = text.slice(1, -1).toLowerCase();
  if (!text.endsWith("'") || !SOURCE_KEYWORDS.includes(keyword)) return { text, kind: 'unknown' };
  return keyword === 'none' ? { text, kind: 'none' } : { text, kind: 'keyword', keyword };
}

function parseHost(text: string): SourceExpression {
  const [, scheme, host, port, path] = HOST.exec(text) ?? [];
  if (host === undefined) return { text, kind: 'unknown' };
  return {
    text,
    kind: 'host',
    scheme: scheme?.toLowerCase() ?? null,
    host: host.toLowerCase(),
    port: port ?? null,
    path: path ?? '',
  };
}

export const hasKeyword = (sources: readonly SourceExpression[], keyword: string): boolean =>
  sources.some((source) => source.kind === 'keyword' && source.keyword === keyword);

export const hasNonce = (sources: readonly SourceExpression[]): boolean => sources.some(({ kind }) => kind === 'nonce');

export const hasHash = (sources: readonly SourceExpression[]): boolean => sources.some(({ kind }) => kind === 'hash');
