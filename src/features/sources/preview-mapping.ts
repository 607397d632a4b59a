import { z } from 'zod';
import { readJson } from '#core/json/user-json.ts';
import { type Change, mapChange, OPERATIONS } from '#core/sources/change-mapping.ts';
import { checkEvent } from '#features/events/check-event.ts';
import type { Scope } from '#platform/scope.ts';
import { checkMapping } from './check-mapping.ts';
import { askSource } from './read-tables.ts';
import type { mappingInput, previewSchema } from './schema.ts';
import { readRows } from './stream/read-rows.ts';

const LOOKED_AT = 20;

const values = z.record(z.string(), z.string().nullable());
const sample = z.object({ row: values, old: values.nullable(), kinds: z.custom<Change['kinds']>() });
const operation = z.enum(OPERATIONS);

type Seen = { change: Change; at: Date | null };

/**
 * The events that a mapping would have created from the last changes of its table. If the table is not read yet, its last
 * rows are used instead, as if they had just been inserted.
 */
export async function previewMapping(
  scope: Scope,
  given: z.output<typeof mappingInput>,
): Promise<z.input<typeof previewSchema>> {
  await checkMapping(scope, given);
  const { table, organization_column: column } = given;
  const changes = await recentChanges(scope, table);
  const seen = changes.length > 0 ? changes : await presentRows(scope, table);
  const mapping = { ...given, organization: column ? { column } : { id: scope.organization_id } };
  // Rows that are used instead of changes count whatever the mapping's operations are.
  const operations = changes.length > 0 ? given.operations : OPERATIONS;
  const items: z.input<typeof previewSchema>['items'] = [];
  for (const { change, at } of seen) {
    const mapped = mapChange({ ...mapping, operations }, change);
    if (mapped.is === 'nothing') continue;
    if (mapped.is === 'impossible') {
      items.push({ at, operation: change.operation, data: null, problem: mapped.reason });
      continue;
    }
    const event = { event_type: mapped.event_type, data: mapped.data, occurred_at: null, idempotency_key: null };
    const verdict = await checkEvent(scope.platform, scope.organization_id, event);
    items.push({
      at,
      operation: change.operation,
      data: readJson(mapped.data),
      problem: verdict.ok ? null : verdict.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '),
    });
  }
  const basis = seen.length === 0 ? 'nothing' : changes.length > 0 ? 'changes' : 'rows';
  return { basis, looked_at: seen.length, items };
}

async function recentChanges({ platform }: Scope, table: string): Promise<Seen[]> {
  const rows = await platform.database.sourceSample.findMany({
    where: { table_name: table },
    orderBy: { id: 'desc' },
    take: LOOKED_AT,
  });
  return rows.map((row) => ({
    change: { table, operation: operation.parse(row.operation), ...sample.parse(row.change) },
    at: row.at,
  }));
}

const presentRows = ({ platform }: Scope, table: string): Promise<Seen[]> =>
  askSource(platform, table, async (client) => {
    const rows: Seen[] = [];
    for await (const batch of readRows(client, table, null, { most: LOOKED_AT, batch: LOOKED_AT }))
      for (const change of batch) rows.push({ change, at: null });
    return rows;
  });
