import { noiseToday } from '#core/csp/noise/own-noise.ts';
import { createLineFilter } from '#core/csp/report/line-filter.ts';
import { csvLine } from '#core/text/csv.ts';
import { listStreamFiles } from '#features/csp/live/stream-files.ts';
import { loadOwnNoiseRules } from '#features/csp/noise/own-noise-rules.ts';
import { Download } from '#platform/http/download.ts';
import { EXPORT_TYPES, type ExportFormat, exportName, type RowWriters } from '#platform/http/export-rows.ts';
import type { CspScope } from '../csp-scope.ts';
import { violationSchema } from '../schema.ts';
import { type CspFilters, toLineFilter } from './line-filter.ts';
import { readBackward } from './read-backward.ts';
import { toViolation, type Violation } from './violation-of-line.ts';

/** Pieces of this size are sent, one at a time. */
const PIECE_CHARACTERS = 64 * 1024;

const FIELDS = Object.keys(violationSchema.shape) as (keyof Violation)[];

const WRITERS: RowWriters<Violation> = {
  ndjson: { head: '', line: (violation) => `${JSON.stringify(violation, FIELDS)}\n` },
  csv: {
    head: csvLine(FIELDS),
    line: (violation) =>
      csvLine(FIELDS.map((field) => (field === 'at' ? violation.at.toISOString() : violation[field]))),
  },
};

/** Violations as a file, in the order in which they came, the newest first: so no more than a piece is in memory. */
export async function exportViolations(
  scope: CspScope,
  { format, ...filters }: CspFilters & { format: ExportFormat },
  signal?: AbortSignal,
): Promise<Download> {
  const filter = toLineFilter(filters);
  const { head, line: write } = WRITERS[format];

  async function* pieces() {
    const rules = await loadOwnNoiseRules(scope.platform);
    const passes = createLineFilter(filter, ({ csp }) => csp && noiseToday(csp, rules));
    const files = await listStreamFiles(scope.platform.config.csp.logDir, filter);
    let piece = head;
    for await (const { line } of readBackward(files, { ...filter, signal })) {
      const violation = passes(line) ? toViolation(line, rules) : null;
      if (violation) piece += write(violation);
      if (piece.length < PIECE_CHARACTERS) continue;
      yield piece;
      piece = '';
    }
    if (piece !== '') yield piece;
  }

  return new Download(EXPORT_TYPES[format], exportName('csp-violations', format), pieces());
}
