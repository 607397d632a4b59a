/**
 * Text that PostgreSQL stores and finds again: it has no U+0000 and no half of a surrogate pair, which UTF-8 cannot write
 * (PostgreSQL, section 8.14, on `\u0000` in JSON; Unicode, section 3.8).
 */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The same text with U+FFFD for what cannot be stored: for what others said, which is kept as well as it can be. */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/i;
/** An escape of JSON, a surrogate with its other half where that follows (RFC 8259, section 7). */
const ESCAPE = /\\(?:u(d[89ab][\da-f]{2})(\\ud[c-f][\da-f]{2})?|u(?:0000|d[c-f][\da-f]{2})|.)/gis;

/** JSON whose escapes of U+0000 and of half a surrogate pair are U+FFFD, in names and in texts, before it is parsed. */
export function cleanEscapes(json: string): string {
  if (!UNSTORABLE_ESCAPE.test(json)) return json;
  return json.replace(ESCAPE, (found, high?: string, low?: string) => {
    const isLone = high === undefined ? UNSTORABLE_ESCAPE.test(found) : low === undefined;
    return isLone ? String.raw`\ufffd` : found;
  });
}

/**
 * Where a value holds text that cannot be stored.
 * @param value as JSON has it, of any depth
 * @returns the path of the first such text, or of the object that has such a name; null when there is none
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

/** The message of the refusal. */
export const UNSTORABLE = 'Must not contain the character U+0000 or half of a surrogate pair.';
