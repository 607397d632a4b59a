import { memberSource } from '../json/json-source.ts';

/** In characters. */
export const LONGEST_SUBJECT = 128;

/** RFC 6901: empty, or members that each follow a slash. */
const POINTER = /^(\/([^~/]|~[01])*)+$/;

export const isSubjectPointer = (text: string): boolean => POINTER.test(text);

/** What a subject may not contain: it stands in tables, addresses, and exports. */
const CONTROL = /\p{Cc}/u;

export const isSubject = (text: string): boolean =>
  text.trim() !== '' && Array.from(text).length <= LONGEST_SUBJECT && !CONTROL.test(text) && text.isWellFormed();

/**
 * What an event is about, by the pointer of its type.
 * @param pointer RFC 6901, such as `/order/id`.
 * @param value the event's data, as parsed.
 * @param source the same as JSON, because a long number loses digits when it is parsed.
 * @returns the string or the number that is there; null if there is nothing, something else, or a text that can't be a
 * subject.
 */
export function subjectAt(pointer: string, value: unknown, source: string): string | null {
  let found = value;
  let text: string | null = source;
  for (const part of pointer.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return null;
    text = text !== null && !Array.isArray(found) ? memberSource(text, name) : null;
    found = (found as Record<string, unknown>)[name];
  }
  const subject = typeof found === 'number' ? (text?.trim() ?? String(found)) : found;
  return typeof subject === 'string' && isSubject(subject) ? subject : null;
}
