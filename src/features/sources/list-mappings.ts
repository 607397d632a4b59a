import type { Scope } from '#platform/scope.ts';
import { BUILT_IN_MAPPINGS } from './built-in-mappings.ts';
import { toMapping } from './mapping-row.ts';
import type { Mapping } from './schema.ts';

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

/** The administrators' mappings, newest first, then the built-in ones. */
export async function listMappings({ platform, organization_id }: Scope): Promise<Mapping[]> {
  const rows = await platform.database.sourceMapping.findMany({ where: { organization_id }, orderBy: { id: 'desc' } });
  return [...rows.map(toMapping), ...builtIn()];
}
