import { kilobytesOf } from '#core/bounded-map.ts';
import { boundedMemo } from '#core/bounded-memo.ts';
import type { ReportContext } from '#core/csp-record.ts';
import type { CspViolation, Disposition, ReportForm } from '#core/csp-report.ts';

/** What was made of a violation, with all that it was made of but for its document and what was blocked. */
type Known<Made> = {
  directive: string;
  sourceFile: string;
  sample: string;
  referrer: string;
  userAgent: string;
  policyHash: string;
  line: number | null;
  column: number | null;
  statusCode: number | null;
  disposition: Disposition | null;
  form: ReportForm;
  made: Made;
  /** The one of the same key before it. */
  next: Known<Made> | null;
};

/** By document and blocked URL. */
type Documents<Made> = Map<string, Map<string, Known<Made>>>;

/** Of one document and one blocked URL: browsers, referrers, places in the code. */
const MOST_VARIANTS = 8;
/** Longer ones are made each time, so that memory has a bound. */
const MOST_CHARACTERS = 2_048;
const MOST_TEXTS = 24_000;

/**
 * Remembers what was made of the latest violations, for browsers report the same again and again: of a page's visitors,
 * and of each with every page. It is found by two texts and then by comparison: to hash all of its texts takes three
 * times as long as to compare them.
 * @param mostKilobytes of what is remembered, about.
 * @param make is given a violation and what the request says beside it.
 * @returns what finds it; the policy counts by its hash, so that nonces tell no violations apart.
 */
export function recurringViolations<Made extends { bytes: number }>(
  mostKilobytes: number,
  make: (violation: CspViolation, context: ReportContext) => Made,
): (violation: CspViolation, context: ReportContext, policyHash: string) => Made {
  // Two halves: when the young one is full it becomes the old one, of which what recurs is remembered again.
  let young: Documents<Made> = new Map();
  let old: Documents<Made> = new Map();
  let youngKilobytes = 0;
  // One copy of each text: less memory, and less of it to look at.
  const copyOf = boundedMemo<string>(MOST_TEXTS, MOST_CHARACTERS, (text) => text);

  function remember({ document, blocked }: CspViolation, known: Known<Made>): void {
    if (youngKilobytes >= mostKilobytes / 2) {
      old = young;
      young = new Map();
      youngKilobytes = 0;
    }
    const ofDocument = young.get(document) ?? new Map<string, Known<Made>>();
    young.set(document, ofDocument);
    known.next = ofDocument.get(blocked) ?? null;
    cut(known, MOST_VARIANTS);
    ofDocument.set(blocked, known);
    youngKilobytes += kilobytesOf(document.length + blocked.length + known.made.bytes);
  }

  return (violation, context, policyHash) => {
    const known = find(young, violation, context, policyHash);
    if (known) return known.made;
    const { made } = find(old, violation, context, policyHash) ?? { made: make(violation, context) };
    const { document, blocked, directive, sourceFile, sample, referrer, line, column, statusCode, form } = violation;
    const userAgent = violation.userAgent || context.userAgent;
    const texts = [document, blocked, directive, sourceFile, sample, referrer, userAgent];
    if (texts.reduce((sum, { length }) => sum + length, 0) <= MOST_CHARACTERS)
      remember(violation, {
        directive: copyOf(directive),
        sourceFile: copyOf(sourceFile),
        sample: copyOf(sample),
        referrer: copyOf(referrer),
        userAgent: copyOf(userAgent),
        policyHash,
        line,
        column,
        statusCode,
        disposition: violation.disposition ?? context.disposition,
        form,
        made,
        next: null,
      });
    return made;
  };
}

function find<Made>(
  documents: Documents<Made>,
  violation: CspViolation,
  context: ReportContext,
  policyHash: string,
): Known<Made> | null {
  const first = documents.get(violation.document)?.get(violation.blocked) ?? null;
  for (let known = first; known; known = known.next)
    if (
      known.line === violation.line &&
      known.column === violation.column &&
      known.statusCode === violation.statusCode &&
      known.form === violation.form &&
      known.policyHash === policyHash &&
      known.disposition === (violation.disposition ?? context.disposition) &&
      known.directive === violation.directive &&
      known.sourceFile === violation.sourceFile &&
      known.sample === violation.sample &&
      known.referrer === violation.referrer &&
      known.userAgent === (violation.userAgent || context.userAgent)
    )
      return known;
  return null;
}

/** Forgets what stands in a row after so many. */
function cut<Made>(first: Known<Made>, most: number): void {
  let count = 1;
  for (let known: Known<Made> | null = first; known; known = known.next) {
    if (count === most) known.next = null;
    count += 1;
  }
}
