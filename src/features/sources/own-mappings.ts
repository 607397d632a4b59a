import { z } from 'zod';
import { type ChangeMapping, CONDITION_TESTS, OPERATIONS } from '#core/sources/change-mapping.ts';
import type { Platform } from '#platform/scope.ts';
import { BUILT_IN_MAPPINGS } from './built-in-mappings.ts';

export const conditionsSchema = z.array(
  z.object({ column: z.string(), test: z.enum(CONDITION_TESTS), value: z.string().nullish() }),
);
export const fieldsSchema = z.record(z.string(), z.string());
const operationsSchema = z.array(z.enum(OPERATIONS));

type Row = {
  organization_id: string;
  table_name: string;
  operations: string[];
  conditions: unknown;
  event_type: string;
  fields: unknown;
  organization_column: string | null;
};

export const toChangeMapping = (row: Row): ChangeMapping => ({
  table: row.table_name,
  operations: operationsSchema.parse(row.operations),
  conditions: conditionsSchema.parse(row.conditions),
  event_type: row.event_type,
  fields: fieldsSchema.parse(row.fields),
  organization: row.organization_column === null ? { id: row.organization_id } : { column: row.organization_column },
});

/** The enabled mappings that administrators created. */
export async function loadOwnMappings({ database }: Pick<Platform, 'database'>): Promise<ChangeMapping[]> {
  const rows = await database.sourceMapping.findMany({ where: { enabled: true }, orderBy: { id: 'asc' } });
  return rows.map(toChangeMapping);
}

/** The tables of the mappings, which of their changes are needed, and whether a mapping needs the old values of rows. */
export function watchedTables(mappings: readonly ChangeMapping[]) {
  return [...Map.groupBy(mappings, ({ table }) => table)].map(([table, some]) => ({
    table,
    operations: OPERATIONS.filter((operation) => some.some(({ operations }) => operations.includes(operation))),
    needsOld: some.some(
      ({ operations, conditions }) =>
        operations.includes('delete') ||
        (operations.includes('update') && conditions.some(({ test }) => test === 'becomes' || test === 'changes')),
    ),
  }));
}

/** A mapping and its identifier: its id, or for a built-in mapping, the event type. */
export type KeyedMapping = { key: string; mapping: ChangeMapping };

/** The mappings that currently apply to a table's changes. */
export async function loadMappingsOf({ database }: Pick<Platform, 'database'>, table: string): Promise<KeyedMapping[]> {
  const rows = await database.sourceMapping.findMany({
    where: { enabled: true, table_name: table },
    orderBy: { id: 'asc' },
  });
  return [
    ...BUILT_IN_MAPPINGS.filter((one) => one.table === table).map((mapping) => ({ key: mapping.event_type, mapping })),
    ...rows.map((row) => ({ key: row.id, mapping: toChangeMapping(row) })),
  ];
}

export const loadMappings = async (platform: Pick<Platform, 'database'>) => [
  ...BUILT_IN_MAPPINGS,
  ...(await loadOwnMappings(platform)),
];
