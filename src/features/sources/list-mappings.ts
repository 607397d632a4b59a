import { versionOf } from '#platform/postgres/field-versions.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { BUILT_IN_MAPPINGS } from './built-in-mappings.ts';
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

/** What of a mapping can be changed, for its version. */
export const changeable = (mapping: Omit<Mapping, 'id' | 'version'>) => ({
  table: mapping.table,
  operations: mapping.operations,
  conditions: mapping.conditions,
  event_type: mapping.event_type,
  fields: mapping.fields,
  organization_column: mapping.organization_column,
  enabled: mapping.enabled,
});

function toMapping({ table_name, ...row }: Row): Mapping {
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

const builtIn = (): Mapping[] =>
  BUILT_IN_MAPPINGS.map((mapping) => ({
    id: null,
    table: mapping.table,
    operations: [...mapping.operations],
    conditions: mapping.conditions.map(({ value = null, ...rest }) => ({ ...rest, value })),
    event_type: mapping.event_type,
    fields: Object.fromEntries(
      Object.entries(mapping.fields).map(([member, from]) => [member, typeof from === 'string' ? from : from.column]),
    ),
    organization_column: 'column' in mapping.organization ? mapping.organization.column : null,
    enabled: true,
    version: null,
  }));

/** The administrators' own mappings, newest first, and then those that are built in. */
export async function listMappings({ platform, organization_id }: Scope): Promise<Mapping[]> {
  const rows = await platform.database.sourceMapping.findMany({ where: { organization_id }, orderBy: { id: 'desc' } });
  return [...rows.map(toMapping), ...builtIn()];
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
