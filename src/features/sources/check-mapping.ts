import type { Condition } from '#core/sources/change-mapping.ts';
import { findBuiltInEventType } from '#features/event-types/catalogue.ts';
import { findOwnEventType } from '#features/event-types/own-event-types.ts';
import { unknownType } from '#features/events/check-event.ts';
import type { Scope } from '#platform/scope.ts';
import { type Issue, invalid } from '#platform/trpc/refusal.ts';
import { BUILT_IN_MAPPINGS } from './built-in-mappings.ts';
import { readTable } from './read-tables.ts';

type Draft = {
  table: string;
  conditions: readonly Condition[];
  event_type: string;
  fields: Readonly<Record<string, string>>;
  organization_column?: string | null | undefined;
};

const BUILT_IN_TABLES = new Set(BUILT_IN_MAPPINGS.map(({ table }) => table));

/**
 * Checks a mapping against the source as it is now.
 * @throws Refusal VALIDATION that names what does not exist or may not be read.
 */
export async function checkMapping(
  scope: Scope,
  { table, conditions, event_type, fields, organization_column }: Draft,
) {
  const issues: Issue[] = [];
  if (BUILT_IN_TABLES.has(table))
    throw invalid({
      path: ['table'],
      message: `The mapping of ${table} is built in and can’t be changed. Choose another table.`,
    });
  const found = await readTable(scope.platform, table);
  if (!found)
    throw invalid({
      path: ['table'],
      message: `The source has no table ${table}, or the console may not read it. Choose a table from the list.`,
    });
  if (found.parent)
    issues.push({
      path: ['table'],
      message: `${table} is a partition of ${found.parent}. Map the partitioned table instead.`,
    });
  if (found.hindrance)
    issues.push({
      path: ['table'],
      message: `${found.hindrance.message}${found.hindrance.remedy ? ` Run this on the source: ${found.hindrance.remedy}` : ''}`,
    });
  const check = (column: string, path: string[]) => {
    if (!found.columns.includes(column) && found.unsent.includes(column))
      issues.push({ path, message: `"${column}" is a generated column, and this PostgreSQL doesn't send it.` });
    else if (!found.columns.includes(column)) issues.push({ path, message: `${table} has no column "${column}".` });
  };
  for (const [index, { column }] of conditions.entries()) check(column, ['conditions', String(index), 'column']);
  for (const [member, column] of Object.entries(fields)) check(column, ['fields', member]);
  if (organization_column) check(organization_column, ['organization_column']);
  const isKnown =
    findBuiltInEventType(event_type) ?? (await findOwnEventType(scope.platform, scope.organization_id, event_type));
  if (!isKnown) issues.push(await unknownType(scope.platform, scope.organization_id, event_type));
  if (issues.length > 0) throw invalid(...issues);
}
