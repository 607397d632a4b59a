/**
 * Whether PostgreSQL can store a text: it has no U+0000 and no unpaired surrogate, which UTF-8 can't encode
 * (PostgreSQL, section 8.14, on `\u0000` in JSON; Unicode, section 3.8).
 */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Replaces what can't be stored with U+FFFD, for text from others, which is kept as well as possible. */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/i;
/** A JSON escape; a surrogate together with its second half if that follows (RFC 8259, section 7). */
const ESCAPE = /\\(?:u(d[89ab][\da-f]{2})(\\ud[c-f][\da-f]{2})?|u(?:0000|d[c-f][\da-f]{2})|.)/gis;

/** Replaces escapes of U+0000 and of unpaired surrogates in a JSON text, in names and strings, with U+FFFD. */
export function cleanEscapes(json: string): string {
  if (!UNSTORABLE_ESCAPE.test(json)) return json;
  return json.replace(ESCAPE, (found, high?: string, low?: string) => {
    const isLone = high === undefined ? UNSTORABLE_ESCAPE.test(found) : low === undefined;
    return isLone ? String.raw`\ufffd` : found;
  });
}

/**
 * Finds text in a value that can't be stored.
 * @param value a JSON value of any depth
 * @returns the path of the first such text, or of the object with such a name; null if there is none
 */
export function unstorablePath(value: unknown, base: readonly string[] = []): string[] | null {
  type Place = { value: unknown; above: Place | null; name: string };
  const pathOf = (place: Place): string[] => (place.above ? [...pathOf(place.above), place.name] : [...base]);
  const open: Place[] = [{ value, above: null, name: '' }];
  for (let place = open.pop(); place; place = open.pop()) {
    if (typeof place.value === 'string' && !isStorable(place.value)) return pathOf(place);
    if (typeof place.value !== 'object' || place.value === null) continue;
    const members = Object.entries(place.value);
    if (!Array.isArray(place.value) && members.some(([name]) => !isStorable(name))) return pathOf(place);
    for (const [name, inner] of members.toReversed())
      if (typeof inner === 'string' || typeof inner === 'object') open.push({ value: inner, above: place, name });
  }
  return null;
}

/** The error message. */
export const UNSTORABLE = 'Must not contain the character U+0000 or half of a surrogate pair.';
