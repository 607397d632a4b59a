import { boundedMap } from '#core/bounded-map.ts';
import type { ReportContext } from '#core/csp-record.ts';
import type { ReportEntry } from '#core/csp-report-entries.ts';

type KnownEntry<Made> = ReportContext & { rest: string; made: Made };

export type KnownEntries<Made> = {
  /** What was made of the same text, from the same browser at the same address. */
  find(entry: ReportEntry, context: ReportContext): Made | undefined;
  /** Remembers what was made of a text that came before. */
  learn(entry: ReportEntry, context: ReportContext, made: Made): void;
};

/** Longer ones are read each time, so that memory has a bound. */
const MOST_CHARACTERS = 2_048;

/**
 * Remembers what was made of entries by their text, `most` of them, about: what one visitor's browser reports, the next
 * one's does to the letter. A text is remembered when it comes for the second time, for what has a nonce in it comes once.
 */
export function knownEntries<Made>(most: number): KnownEntries<Made> {
  const known = boundedMap<number, KnownEntry<Made>>(most);
  const seen = boundedMap<number, true>(2 * most);

  return {
    find({ hash, rest }, { disposition, userAgent }) {
      const entry = known.get(hash);
      return entry && entry.disposition === disposition && entry.rest === rest && entry.userAgent === userAgent
        ? entry.made
        : undefined;
    },
    learn({ hash, rest }, context, made) {
      if (rest.length > MOST_CHARACTERS) return;
      if (!seen.get(hash)) {
        seen.set(hash, true);
        return;
      }
      // A copy: a part of a text keeps all of it.
      known.set(hash, { ...context, rest: Buffer.from(rest, 'latin1').toString('latin1'), made });
    },
  };
}
