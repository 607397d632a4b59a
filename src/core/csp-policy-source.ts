/** A word of a source list, read. `text` is how it was written. */
export type SourceExpression = { text: string } & (
  | { kind: 'none' | 'star' | 'unknown' }
  | { kind: 'keyword'; keyword: string }
  | { kind: 'nonce'; nonce: string }
  | { kind: 'hash'; algorithm: string; value: string }
  | { kind: 'scheme'; scheme: string }
  | HostSource
);

/** `scheme`, `port` and `path` are null or `''` when the expression names none. */
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
const HASH = /^'(sha256|sha384|sha512)-(.+)'$/i;
const SCHEME = /^([a-z][a-z0-9+.-]*):$/i;
const HOST =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::(\d+|\*))?(\/(?!\/)[^;,]*)?$/i;

/**
 * Reads a source expression (grammar: CSP Level 3 §2.3.1). What browsers do not know is `unknown`, which allows
 * nothing. Nonces and hashes count with any value: `'nonce-[redacted]'` of a report and placeholders are some too.
 */
export function parseSource(text: string): SourceExpression {
  if (text === '*') return { text, kind: 'star' };
  const nonce = NONCE.exec(text)?.[1];
  if (nonce !== undefined) return { text, kind: 'nonce', nonce };
  const [, algorithm, value] = HASH.exec(text) ?? [];
  if (algorithm !== undefined && value !== undefined)
    return { text, kind: 'hash', algorithm: algorithm.toLowerCase(), value };
  if (text.startsWith("'")) return parseKeyword(text);
  const scheme = SCHEME.exec(text)?.[1];
  if (scheme !== undefined) return { text, kind: 'scheme', scheme: scheme.toLowerCase() };
  return parseHost(text);
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
