import { REDACTED } from '#core/text/redact.ts';

/** Whether an expression matches a URL: `maybe` if the report doesn't say enough. */
export type Match = 'yes' | 'no' | 'maybe';

/**
 * The placeholder for a part of a path that the report doesn't contain, once the rest is decoded. It is not a valid
 * character.
 */
const MISSING = '\uFFFF';
/** Marks where the report's URL was cut. */
const CUT = '…';

/**
 * CSP Level 3 §6.7.2, “path-part matching”, as browsers implement it: both paths are decoded completely, so `%2F` is a
 * slash, and an empty segment counts. An expression that ends with a slash matches everything below it. After a
 * redirect, browsers ignore the path (§7.6) and report the URL before the redirect.
 * @param expression without a query.
 * @param path as in a report, possibly with `[redacted]` and `…`; null if the report has none.
 */
export function matchPath(expression: string, path: string | null): Match {
  // Every path starts with a slash.
  if (expression === '' || expression === '/') return 'yes';
  if (path === null) return 'maybe';
  const wanted = decodePath(expression);
  const isCut = path.endsWith(CUT);
  const reported = (isCut ? path.slice(0, -1) : path).split(REDACTED).map(decodePath).join(MISSING);
  if (!wanted.endsWith('/')) return compare(reported, isCut, wanted);
  const segments = reported.split('/');
  const depth = wanted.split('/').length;
  if (segments.length >= depth) return compare(`${segments.slice(0, depth - 1).join('/')}/`, false, wanted);
  return isCut ? compare(reported, isCut, wanted) : 'no';
}

function compare(reported: string, isCut: boolean, wanted: string): Match {
  if (!isCut && !reported.includes(MISSING)) return reported === wanted ? 'yes' : 'no';
  // A redacted part never spans more than one segment.
  const pattern = reported.split(MISSING).map(escaped).join('[^/]+');
  return new RegExp(`^${pattern}${isCut ? '.*' : ''}$`, 's').test(wanted) ? 'maybe' : 'no';
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
const BEYOND_ASCII = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;

/**
 * Decodes percent-encoding. Bytes that aren't valid UTF-8 are read as Latin-1, as in Chromium 156: `%E9` is `%C3%A9`.
 */
const decodePath = (path: string): string =>
  path.replace(ESCAPES, (escapes) =>
    escapes
      .replace(/%(..)/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
      .replace(BEYOND_ASCII, decodeUtf8),
  );

function decodeUtf8(bytes: string): string {
  try {
    return decodeURIComponent(bytes.replace(/./gs, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
  } catch {
    return bytes;
  }
}
