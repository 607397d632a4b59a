import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { checkMapping } from './check-mapping.ts';
import { getMapping, targetOf } from './mapping-row.ts';
import type { Mapping, mappingInput } from './schema.ts';

/** Limited because every change of a table is checked against every mapping of the table. */
const MOST_MAPPINGS = 200;

/**
 * Creates a mapping. The stream applies it within seconds, to changes from then on.
 * @throws Refusal VALIDATION, or CONFLICT if there are too many.
 */
export async function createMapping(scope: Scope, given: z.output<typeof mappingInput>): Promise<Mapping> {
  await checkMapping(scope, given);
  const { organization_id, platform } = scope;
  const { table, organization_column = null, ...rest } = given;
  const id = await inTransaction(platform.database, async (tx) => {
    if ((await tx.sourceMapping.count()) >= MOST_MAPPINGS)
      throw conflict(`There are already ${MOST_MAPPINGS} mappings, which is the limit. Delete one first.`, []);
    const row = await tx.sourceMapping.create({
      data: { ...rest, organization_id, table_name: table, organization_column },
    });
    await recordAudit(tx, scope, { action: 'source_mapping.created', target: targetOf(row.id, given), details: given });
    return row.id;
  });
  return getMapping(scope, id);
}
