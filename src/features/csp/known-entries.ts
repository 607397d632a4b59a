import { boundedMap, kilobytesOf } from '#core/bounded-map.ts';
import type { ReportContext } from '#core/csp-record.ts';
import { isOfItsFirstAge, type ReportEntry } from '#core/csp-report-entries.ts';

type KnownEntry<Made> = ReportContext & { rest: string; made: Made };

export type KnownEntries<Made> = {
  /** What was made of the same text, from the same browser at the same address. */
  find(entry: ReportEntry, context: ReportContext): Made | undefined;
  /** Remembers what was made of a text, when it comes for the second time. */
  learn(entry: ReportEntry, context: ReportContext, made: Made): void;
};

/** Of a text and its browser's name. Longer ones are read each time, so that memory has a bound. */
const MOST_CHARACTERS = 2_048;

/**
 * Remembers what was made of entries by their text, within a bound: what one visitor's browser reports, the next
 * one's does to the letter. A text is remembered when it comes for the second time, for what has a nonce in it comes once.
 */
export function knownEntries<Made extends { bytes: number }>(mostKilobytes: number): KnownEntries<Made> {
  const known = boundedMap<number, KnownEntry<Made>>(mostKilobytes);
  const seen = boundedMap<number, true>(mostKilobytes);
  let last: { context?: ReportContext; hash: number } = { hash: 0 };

  /** Of a request's context, which its entries share. */
  function hashOf(context: ReportContext): number {
    if (last.context !== context) last = { context, hash: textHash(`${context.disposition}${context.userAgent}`) };
    return last.hash;
  }

  return {
    find({ hash, rest }, context) {
      const entry = known.get(hash ^ hashOf(context));
      return entry &&
        entry.rest === rest &&
        entry.userAgent === context.userAgent &&
        entry.disposition === context.disposition
        ? entry.made
        : undefined;
    },
    learn(entry, context, made) {
      if (entry.rest.length + context.userAgent.length > MOST_CHARACTERS) return;
      const key = entry.hash ^ hashOf(context);
      if (!seen.get(key)) seen.set(key, true);
      // A copy of the text: a part of one keeps all of it.
      else if (isOfItsFirstAge(entry))
        known.set(
          key,
          { ...context, rest: Buffer.from(entry.rest, 'latin1').toString('latin1'), made },
          kilobytesOf(entry.rest.length + made.bytes),
        );
    },
  };
}

/** A polynomial of its characters. */
function textHash(text: string): number {
  let hash = text.length;
  for (let place = 0; place < text.length; place += 1)
    hash = (Math.imul(hash, 0x01000193) + text.charCodeAt(place)) | 0;
  return hash;
}
