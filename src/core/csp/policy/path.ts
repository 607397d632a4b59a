import { REDACTED } from '#core/text/redact.ts';

/** Whether an expression lets a URL through: `maybe` when the report does not tell enough. */
export type Match = 'yes' | 'no' | 'maybe';

/**
 * The placeholder for a part of a path that the report doesn't contain, once the rest is decoded. It is not a valid
 * character.
 */
const UNTOLD = '\uFFFF';
/** The report's URL was cut here. */
const CUT = '…';

/**
 * CSP Level 3 §6.7.2, “path-part matching”, as browsers do it: both paths are decoded whole, so that `%2F` is a slash
 * and an empty segment is one. An expression that ends in a slash takes all below it. Behind a redirect browsers ignore
 * the path (§7.6), and report the URL from before it.
 * @param expression without a query.
 * @param path as a report has it, with `[redacted]` and `…`; null when it tells none.
 */
export function matchPath(expression: string, path: string | null): Match {
  // Every path begins with a slash.
  if (expression === '' || expression === '/') return 'yes';
  if (path === null) return 'maybe';
  const wanted = decodePath(expression);
  const isCut = path.endsWith(CUT);
  const told = (isCut ? path.slice(0, -1) : path).split(REDACTED).map(decodePath).join(UNTOLD);
  if (!wanted.endsWith('/')) return compare(told, isCut, wanted);
  const segments = told.split('/');
  const depth = wanted.split('/').length;
  if (segments.length >= depth) return compare(`${segments.slice(0, depth - 1).join('/')}/`, false, wanted);
  return isCut ? compare(told, isCut, wanted) : 'no';
}

function compare(told: string, isCut: boolean, wanted: string): Match {
  if (!isCut && !told.includes(UNTOLD)) return told === wanted ? 'yes' : 'no';
  // What was taken out is part of one segment.
  const pattern = told.split(UNTOLD).map(escaped).join('[^/]+');
  return new RegExp(`^${pattern}${isCut ? '.*' : ''}$`, 's').test(wanted) ? 'maybe' : 'no';
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
const BEYOND_ASCII = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;

/** A path without percent-encoding. Bytes that are no UTF-8 are characters of Latin-1, as in Chromium 156: `%E9` is `%C3%A9`. */
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
