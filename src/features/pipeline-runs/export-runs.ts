import { csvLine } from '#core/text/csv.ts';
import type { Download } from '#platform/http/download.ts';
import { type ExportFormat, exportRows, type RowWriters } from '#platform/http/export-rows.ts';
import type { Scope } from '#platform/scope.ts';
import { selectRuns } from './row.ts';
import { type PipelineRun, type RunFilters, runSchema } from './schema.ts';

const FIELDS = Object.keys(runSchema.shape) as (keyof PipelineRun)[];

const cell = (value: PipelineRun[keyof PipelineRun]) => (value instanceof Date ? value.toISOString() : value);

const WRITERS: RowWriters<PipelineRun> = {
  ndjson: { head: '', line: (run) => `${JSON.stringify(run, FIELDS)}\n` },
  csv: { head: csvLine(FIELDS), line: (run) => csvLine(FIELDS.map((field) => cell(run[field]))) },
};

/** Runs as a file, newest first. */
export const exportRuns = (scope: Scope, { format, ...filters }: RunFilters & { format: ExportFormat }): Download =>
  exportRows('pipeline-runs', format, WRITERS, (page) => selectRuns(scope, { ...filters, ...page }));
