/** A parsed source expression. `text` is how it was written. */
export type SourceExpression = { text: string } & (
  | { kind: 'none' | 'star' | 'unknown' }
  | { kind: 'keyword'; keyword: string }
  | { kind: 'nonce'; nonce: string }
  | { kind: 'hash'; algorithm: string; value: string }
  | { kind: 'scheme'; scheme: string }
  | HostSource
);

/** `scheme` and `port` are null, and `path` is `''`, if the expression has none. The path has no query. */
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
/** Chromium 156 accepts Base64 and Base64url, with or without padding. */
const BASE64 = /^[a-z0-9+/_-]+={0,2}$/i;
/** Characters of placeholders in templates and of redacted values, which Base64 doesn't have. */
const PLACEHOLDER = /[{}<>[\]()$%…*]/;
const SCHEME = /^([a-z][a-z0-9+.-]*):$/i;
/** Hosts can't contain underscores, in Firefox either. Chromium removes the query and the fragment of a path. */
const HOST =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?)(?::0*(\d{1,10}|\*))?(?:(\/[^?#;,]*)(?:[?#][^;,]*)?)?$/i;

/**
 * Reads a source expression (grammar: CSP Level 3 §2.3.1). What browsers don't know is `unknown` and allows nothing.
 * Written by hand, because verdicts need the parts, and packages that parse policies leave source expressions as text.
 * A nonce or hash can be a placeholder, such as `'nonce-[redacted]'` in a report or `'nonce-{random}'` in a template.
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

/** Base64 comes in groups of four characters: an incomplete group can be padded, but can't have only one character. */
function isDigest(value: string): boolean {
  const digits = value.replace(/=+$/, '').length;
  return isValue(value) && digits % 4 !== 1 && value.length - digits <= (4 - (digits % 4)) % 4;
}

const read = new WeakMap<readonly string[], readonly SourceExpression[]>();

/** Parses a directive's values, once per list, because the list is matched against every violation. */
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
