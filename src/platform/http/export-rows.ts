import { Download } from './download.ts';

/** The formats of exports, with their media types: one JSON object a line, and RFC 4180. */
export const EXPORT_TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' } as const;

export type ExportFormat = keyof typeof EXPORT_TYPES;

/** How rows are written in each format: what comes first, and a line for each, with its end. */
export type RowWriters<Row> = Record<ExportFormat, { head: string; line: (row: Row) => string }>;

/** How many rows are in memory at once. */
const BATCH = 500;

/** The name of a file of today: `audit-log-2026-11-30.csv`. */
export const exportName = (what: string, format: ExportFormat): string =>
  `${what}-${new Date().toISOString().slice(0, 10)}.${format}`;

/**
 * A list as a file, newest first, read in batches as it is downloaded.
 * @param what names the file.
 * @param select reads the next rows before an id, or the newest.
 */
export function exportRows<Row extends { id: string }>(
  what: string,
  format: ExportFormat,
  writers: RowWriters<Row>,
  select: (page: { before: string | undefined; limit: number }) => Promise<Row[]>,
): Download {
  const { head, line } = writers[format];

  async function* pieces() {
    let text = head;
    for (let before: string | undefined; ; ) {
      const rows = await select({ before, limit: BATCH });
      text += rows.map(line).join('');
      if (text !== '') yield text;
      if (rows.length < BATCH) return;
      text = '';
      before = rows.at(-1)?.id;
    }
  }

  return new Download(EXPORT_TYPES[format], exportName(what, format), pieces());
}
