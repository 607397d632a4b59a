import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { assertNotOvertaken, changesOf, orShowCurrent } from '#platform/postgres/field-versions.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { checkMapping } from './check-mapping.ts';
import { changeable, getMapping, readMapping, targetOf } from './mapping-row.ts';
import type { Mapping, updateMappingInput } from './schema.ts';

/**
 * Changes the given settings of a mapping and keeps all others. A value that equals the stored one is no change, and writes
 * nothing.
 * @throws Refusal NOT_FOUND, VALIDATION; Overtaken if somebody else changed the same setting since the given version.
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
