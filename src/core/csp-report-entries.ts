import { ageOf, parseEntry } from './csp-report.ts';

/** Where one entry stands in a request's body, in bytes, and what it says there. */
export type ReportEntry = {
  start: number;
  end: number;
  /** What follows the age that an entry of the Reporting API begins with, else all of it; a character a byte. */
  rest: string;
  /** In the text's beginning, ms; null where it does not stand there. */
  ageMs: number | null;
  /** Of `rest`: texts of equal hashes are mostly equal. */
  hash: number;
};

/**
 * Chromium writes a list without any space, Firefox with some; both begin each entry with its age. Not with any amount of
 * it: to look for a long text of spaces among others takes the square of their length.
 */
const LIST_OF_AGES = /^\[([ \t\r\n]{0,8}\{[ \t\r\n]{0,8}"age"[ \t\r\n]{0,8}:[ \t\r\n]{0,8})[0-9]/;
const LIST_END = /\}[ \t\r\n]*\][ \t\r\n]*$/;
/** Where to look for the end of a list. */
const LIST_END_CHARACTERS = 32;
/** Without white space before it, so that no object is the rest of an entry that begins with its age. */
const OBJECT = /^\{/;
/** Browsers send a hundred at the most; to read many small ones by themselves takes several times as long as together. */
const MOST_ENTRIES = 1_000;
/** What whole numbers of a double hold. */
const MOST_AGE_DIGITS = 15;
/** What may follow a number that is one to its end. */
const AFTER_NUMBER = ',} \t\r\n';
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/**
 * Takes a body apart into the texts of its entries without reading them, so that a text which is known already need not
 * be read again: that takes three times as long as to look it up. In JSON that is right, what parts the entries stands
 * nowhere else but inside of entries, whose parts are then no JSON: whoever reads a text finds out.
 * @returns null for a shape that is not taken apart.
 */
export function entriesOf(body: Uint8Array): ReportEntry[] | null {
  const bytes = new DataView(body.buffer, body.byteOffset, body.byteLength);
  // A character a byte: what parts the entries is ASCII, which stands in no longer character of UTF-8.
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const opening = LIST_OF_AGES.exec(text)?.[1];
  if (opening === undefined)
    return OBJECT.test(text)
      ? [{ start: 0, end: text.length, rest: text, ageMs: null, hash: hashOf(bytes, 0, text.length) }]
      : null;
  const listEnd = LIST_END.exec(text.slice(-LIST_END_CHARACTERS));
  if (!listEnd) return null;
  const last = text.length - Math.min(text.length, LIST_END_CHARACTERS) + listEnd.index + 1;
  const between = `},${opening}`;
  const entries: ReportEntry[] = [];
  for (let start = 1; start > 0; ) {
    const next = text.indexOf(between, start);
    const end = next < 0 ? last : next + 1;
    const age = start + opening.length;
    let restAt = age;
    let ageMs = 0;
    for (let code = text.charCodeAt(age); code >= DIGIT_0 && code <= DIGIT_9; code = text.charCodeAt(restAt)) {
      ageMs = 10 * ageMs + code - DIGIT_0;
      restAt += 1;
    }
    const digits = restAt - age;
    if (entries.length === MOST_ENTRIES) return null;
    if (digits === 0 || digits > MOST_AGE_DIGITS || (digits > 1 && text.charCodeAt(age) === DIGIT_0)) return null;
    if (!AFTER_NUMBER.includes(text.charAt(restAt))) return null;
    entries.push({
      start,
      end,
      rest: text.slice(restAt, end),
      ageMs: ageOf({ age: ageMs }),
      hash: hashOf(bytes, restAt, end),
    });
    start = next < 0 ? 0 : end + 1;
  }
  return entries;
}

/** Whether the age at its beginning is the one that counts: a later one of the same name would, in JSON. */
export function isOfItsFirstAge({ ageMs, rest }: ReportEntry): boolean {
  if (ageMs === null) return true;
  return [1, 2].every((age) => parseEntry(Buffer.from(`{"age":${age}${rest}`, 'latin1'))?.ageMs === age);
}

/**
 * A polynomial of the bytes' words, in two strands that a processor takes at once: texts that differ in one word never
 * have one hash. No secret, for whoever finds two of one hash gains nothing.
 */
function hashOf(bytes: DataView, from: number, to: number): number {
  let one = to - from;
  let other = 0;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    one = (Math.imul(one, 0x85ebca6b) + bytes.getInt32(at, true)) | 0;
    other = (Math.imul(other, 0xc2b2ae35) + bytes.getInt32(at + 4, true)) | 0;
  }
  for (; at < to; at += 1) one = (Math.imul(one, 0x85ebca6b) + bytes.getUint8(at)) | 0;
  return one ^ Math.imul(other, 0x27d4eb2f);
}
