import { csvLine } from '#core/text/csv.ts';
import { Download } from '#platform/http/download.ts';
import type { Scope } from '#platform/scope.ts';
import { selectRuns } from './row.ts';
import { type PipelineRun, type RunFilters, runSchema } from './schema.ts';

export const EXPORT_TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' } as const;

/** How many are in memory at once. */
const BATCH = 500;

const FIELDS = Object.keys(runSchema.shape) as (keyof PipelineRun)[];

const cell = (value: PipelineRun[keyof PipelineRun]) => (value instanceof Date ? value.toISOString() : value);

const WRITERS: Record<keyof typeof EXPORT_TYPES, { head: string; line: (run: PipelineRun) => string }> = {
  ndjson: { head: '', line: (run) => `${JSON.stringify(run, FIELDS)}\n` },
  csv: { head: csvLine(FIELDS), line: (run) => csvLine(FIELDS.map((field) => cell(run[field]))) },
};

/** Runs as a file, newest first. */
export function exportRuns(
  scope: Scope,
  { format, ...filters }: RunFilters & { format: keyof typeof EXPORT_TYPES },
): Download {
  const { head, line } = WRITERS[format];

  async function* pieces() {
    let text = head;
    for (let before: string | undefined; ; ) {
      const runs = await selectRuns(scope, { ...filters, before, limit: BATCH });
      text += runs.map(line).join('');
      if (text !== '') yield text;
      if (runs.length < BATCH) return;
      text = '';
      before = runs.at(-1)?.id;
    }
  }

  return new Download(
    EXPORT_TYPES[format],
    `pipeline-runs-${new Date().toISOString().slice(0, 10)}.${format}`,
    pieces(),
  );
}
