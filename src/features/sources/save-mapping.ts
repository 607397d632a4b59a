import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { assertNotOvertaken, changesOf, orShowCurrent } from '#platform/postgres/field-versions.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, notFound } from '#platform/trpc/refusal.ts';
import { checkMapping } from './check-mapping.ts';
import { changeable, getMapping, readMapping } from './list-mappings.ts';
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

/**
 * Changes what is given of a mapping and keeps the rest. What is the same as what is stored is no change, and writes nothing.
 * @throws Refusal NOT_FOUND, VALIDATION; Overtaken when somebody else changed the same since the version that is given.
 */
export async function updateMapping(
  scope: Scope,
  { id, version, if_match, ...given }: z.output<typeof updateMappingInput>,
): Promise<Mapping> {
  const { platform } = scope;
  const read = () => getMapping(scope, id);
  const { enabled, ...parts } = given;
  if (enabled !== false || Object.values(parts).some((value) => value !== undefined))
    await checkMapping(scope, { ...(await read()), ...changesOf({}, given) });
  const change = () =>
    inTransaction(platform.database, async (tx) => {
      await tx.$queryRaw`select from source_mapping where id = ${id}::uuid for update`;
      const before = await readMapping(tx, scope, id);
      const conditions = given.conditions?.map(({ value = null, ...rest }) => ({ ...rest, value }));
      const changes = changesOf(before, { ...given, conditions });
      assertNotOvertaken({ version, if_match }, changeable(before), Object.keys(changes));
      if (Object.keys(changes).length === 0) return;
      const { table, ...data } = changes;
      await tx.sourceMapping.update({
        where: { id },
        data: { ...data, ...(table !== undefined && { table_name: table }), updated_at: new Date() },
      });
      const after = { ...before, ...changes };
      await recordAudit(tx, scope, { action: 'source_mapping.updated', target: targetOf(id, after), details: changes });
    });
  await orShowCurrent(change, read);
  return read();
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
