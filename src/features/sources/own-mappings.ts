import { z } from 'zod';
import { type ChangeMapping, CONDITION_TESTS, OPERATIONS } from '#core/change-mapping.ts';
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

/** The mappings that administrators made and left on. */
export async function loadOwnMappings({ database }: Pick<Platform, 'database'>): Promise<ChangeMapping[]> {
  const rows = await database.sourceMapping.findMany({ where: { enabled: true }, orderBy: { id: 'asc' } });
  return rows.map(toChangeMapping);
}

/** The tables of mappings, and whether these look at rows as they were before. */
export function watchedTables(mappings: readonly ChangeMapping[]) {
  const needsOld = new Map<string, boolean>();
  for (const { table, operations, conditions } of mappings) {
    const compares =
      operations.includes('update') && conditions.some(({ test }) => test === 'becomes' || test === 'changes');
    needsOld.set(table, (needsOld.get(table) ?? false) || compares || operations.includes('delete'));
  }
  return [...needsOld].map(([table, needs]) => ({ table, needsOld: needs }));
}

export const loadMappings = async (platform: Pick<Platform, 'database'>) => [
  ...BUILT_IN_MAPPINGS,
  ...(await loadOwnMappings(platform)),
];
