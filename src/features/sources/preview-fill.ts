import type pg from 'pg';
import type { z } from 'zod';
import { readJson } from '#core/json/user-json.ts';
import type { Scope } from '#platform/scope.ts';
import { invalid } from '#platform/trpc/refusal.ts';
import { getGap } from './gap-row.ts';
import type { fillInput, Gap, gapPreviewSchema } from './gap-schema.ts';
import { loadMappingsOf } from './own-mappings.ts';
import { askSource } from './read-tables.ts';
import { checkEvents } from './stream/apply-changes.ts';
import { rangeOf } from './stream/fill-gaps.ts';
import { countRows, readColumns, type TableColumn } from './stream/read-rows.ts';
import { scanGap } from './stream/scan-gap.ts';

const LOOKED_AT = 2_000;
const SHOWN = 20;
/** Rows often contain the start time of their transaction, and gaps have commit times. */
const MARGIN_MS = 60_000;
/** Names of columns that say when a row changed, best first. */
const TIMES = ['updated_at', 'changed_at', 'modified_at', 'last_modified', 'finished_at', 'created_at', 'at'];

export type Fill = { column: string | null; from: string | null; until: string | null };

/** The given range, or otherwise the gap's bounds on a column that says when rows changed. */
function fillFor(gap: Gap, columns: readonly TableColumn[], given: z.output<typeof fillInput>): Fill {
  const { column, from, until } = given;
  if (column === null) return { column: null, from: null, until: null };
  if (column !== undefined) {
    if (columns.some(({ name }) => name === column)) return { column, from, until };
    throw invalid({ path: ['column'], message: `${gap.table} has no column "${column}".` });
  }
  const times = columns.filter(({ type }) => type.startsWith('timestamp')).map(({ name }) => name);
  const guessed = TIMES.find((name) => times.includes(name)) ?? times[0];
  if (!guessed) return { column: null, from: null, until: null };
  const shifted = (time: Date | null, by: number) => (time ? new Date(time.getTime() + by).toISOString() : null);
  return { column: guessed, from: shifted(gap.from_at, -MARGIN_MS), until: shifted(gap.until_at, MARGIN_MS) };
}

/** The range that fills a gap. @throws Refusal VALIDATION for values that its column can't have. */
export async function chooseFill(client: pg.Client, gap: Gap, given: z.output<typeof fillInput>) {
  const columns = await readColumns(client, gap.table);
  if (columns.length === 0)
    throw invalid({ path: ['id'], message: `The source no longer has the table ${gap.table}. Close the gap.` });
  const fill = fillFor(gap, columns, given);
  const type = columns.find(({ name }) => name === fill.column)?.type;
  for (const path of ['from', 'until'] as const) {
    const value = fill[path];
    if (value === null || !type) continue;
    await client.query(`select cast($1::text as ${type})`, [value]).catch(() => {
      throw invalid({ path: [path], message: `Must be a value of the type ${type}.` });
    });
  }
  return { fill, columns };
}

/**
 * What filling a gap would create: the number of rows, and the events of the first 2,000. Changes nothing.
 * @throws Refusal NOT_FOUND, VALIDATION, or SERVICE_UNAVAILABLE when the source does not answer.
 */
export async function previewFill(
  scope: Scope,
  given: z.output<typeof fillInput>,
): Promise<z.input<typeof gapPreviewSchema>> {
  const gap = await getGap(scope, given.id);
  const { platform } = scope;
  const mappings = await loadMappingsOf(platform, gap.table);
  return askSource(platform, gap.table, async (client) => {
    const { fill, columns } = await chooseFill(client, gap, given);
    const rows = await countRows(client, gap.table, rangeOf(fill));
    const preview = { looked_at: 0, events: 0, known: 0, refused: 0, problem: null as string | null };
    const items: z.input<typeof gapPreviewSchema>['items'] = [];
    const bounds = { since: gap.from_at, most: LOOKED_AT, now: new Date() };
    for await (const scanned of scanGap(platform, client, gap.table, mappings, rangeOf(fill), bounds)) {
      const { storing, refusals } = await checkEvents(platform, scanned.candidates);
      const refused = [...scanned.refusals, ...refusals.map(({ message }) => message)];
      preview.looked_at += scanned.rows;
      preview.known += scanned.known;
      preview.events += storing.length;
      preview.refused += refused.length;
      preview.problem = refused.at(-1) ?? preview.problem;
      for (const { event } of storing.slice(0, SHOWN - items.length))
        items.push({
          event_type: event.event_type,
          organization_id: event.organization_id,
          data: readJson(event.data),
        });
    }
    return {
      fill,
      columns: columns.map(({ name, type, is_key }) => ({ name, type, is_key })),
      rows,
      ...preview,
      items,
    };
  });
}
