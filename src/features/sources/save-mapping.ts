import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { conflict, notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { checkMapping } from './check-mapping.ts';
import { getMapping } from './list-mappings.ts';
import type { Mapping, mappingInput, updateMappingInput } from './schema.ts';

/** Every change of a table is held against every mapping of it. */
const MOST_MAPPINGS = 200;

const targetOf = (id: string, { table, event_type }: { table: string; event_type: string }) => ({
  type: 'source_mapping',
  id,
  name: `${table} → ${event_type}`,
});

/**
 * Makes a mapping; the stream follows it within seconds, for changes from then on.
 * @throws Refusal VALIDATION, or CONFLICT when there are too many.
 */
export async function createMapping(scope: Scope, given: z.output<typeof mappingInput>): Promise<Mapping> {
  await checkMapping(scope, given);
  const { organization_id, platform } = scope;
  const { table, organization_column = null, ...rest } = given;
  const id = await inTransaction(platform.database, async (tx) => {
    if ((await tx.sourceMapping.count()) >= MOST_MAPPINGS)
      throw conflict(`There are ${MOST_MAPPINGS} mappings already: delete one first.`, []);
    const row = await tx.sourceMapping.create({
      data: { ...rest, organization_id, table_name: table, organization_column },
    });
    await recordAudit(tx, scope, { action: 'source_mapping.created', target: targetOf(row.id, given), details: given });
    return row.id;
  });
  return getMapping(scope, id);
}

/** @throws Refusal NOT_FOUND, VALIDATION */
export async function updateMapping(
  scope: Scope,
  { id, ...given }: z.output<typeof updateMappingInput>,
): Promise<Mapping> {
  const { organization_id, platform } = scope;
  const before = await getMapping(scope, id);
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const after = { ...before, ...changes };
  const { enabled, ...parts } = given;
  if (enabled !== false || Object.values(parts).some((value) => value !== undefined)) await checkMapping(scope, after);
  await inTransaction(platform.database, async (tx) => {
    const { count } = await tx.sourceMapping.updateMany({
      where: { id, organization_id },
      data: {
        table_name: after.table,
        operations: after.operations,
        conditions: after.conditions,
        event_type: after.event_type,
        fields: after.fields,
        organization_column: after.organization_column,
        enabled: after.enabled,
        updated_at: new Date(),
      },
    });
    if (count === 0) throw notFound('mapping');
    await recordAudit(tx, scope, { action: 'source_mapping.updated', target: targetOf(id, after), details: changes });
  });
  return getMapping(scope, id);
}

/** @throws Refusal NOT_FOUND */
export async function deleteMapping(scope: Scope, id: string): Promise<void> {
  const { organization_id, platform } = scope;
  const before = await getMapping(scope, id);
  await inTransaction(platform.database, async (tx) => {
    const { count } = await tx.sourceMapping.deleteMany({ where: { id, organization_id } });
    if (count === 0) throw notFound('mapping');
    await recordAudit(tx, scope, { action: 'source_mapping.deleted', target: targetOf(id, before) });
  });
}
