import { versionOf } from '#platform/postgres/field-versions.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { conditionsSchema, fieldsSchema } from './own-mappings.ts';
import { type Mapping, mappingSchema } from './schema.ts';

type Row = {
  id: string;
  table_name: string;
  operations: string[];
  conditions: unknown;
  event_type: string;
  fields: unknown;
  organization_column: string | null;
  enabled: boolean;
};

/** The settings of a mapping from which its version is computed. */
export const changeable = (mapping: Omit<Mapping, 'id' | 'version'>) => ({
  table: mapping.table,
  operations: mapping.operations,
  conditions: mapping.conditions,
  event_type: mapping.event_type,
  fields: mapping.fields,
  organization_column: mapping.organization_column,
  enabled: mapping.enabled,
});

export function toMapping({ table_name, ...row }: Row): Mapping {
  const mapping = {
    id: row.id,
    table: table_name,
    operations: mappingSchema.shape.operations.parse(row.operations),
    conditions: conditionsSchema.parse(row.conditions).map(({ value = null, ...rest }) => ({ ...rest, value })),
    event_type: row.event_type,
    fields: fieldsSchema.parse(row.fields),
    organization_column: row.organization_column,
    enabled: row.enabled,
  };
  return { ...mapping, version: versionOf(changeable(mapping)) };
}

/** @throws Refusal NOT_FOUND */
export const getMapping = (scope: Scope, id: string): Promise<Mapping> =>
  readMapping(scope.platform.database, scope, id);

/** The same in a transaction. */
export async function readMapping(
  database: Platform['database'] | Transaction,
  { organization_id }: Scope,
  id: string,
): Promise<Mapping> {
  const row = await database.sourceMapping.findFirst({ where: { id, organization_id } });
  if (!row) throw notFound('mapping');
  return toMapping(row);
}

/** A mapping as the audit log names it. */
export const targetOf = (id: string, { table, event_type }: { table: string; event_type: string }) => ({
  type: 'source_mapping',
  id,
  name: `${table} → ${event_type}`,
});
