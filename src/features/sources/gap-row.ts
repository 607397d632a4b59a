import type { SourceGap } from '#platform/generated/prisma/client.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { type Gap, gapSchema } from './gap-schema.ts';
import { sourceAddressOf } from './stream/source-connection.ts';

export const toGap = (row: SourceGap): Gap => ({
  id: row.id,
  table: row.table_name,
  detail: row.detail,
  from_at: row.from_at,
  until_at: row.until_at,
  fill_error: row.fill_error,
  closed_at: row.closed_at,
  created_at: row.created_at,
  cause: gapSchema.shape.cause.parse(row.cause),
  fill_state: gapSchema.shape.fill_state.parse(row.fill_state),
  fill: gapSchema.shape.fill.parse(row.fill),
  changes: Number(row.changes),
  looked_at: Number(row.looked_at),
  filled: Number(row.filled),
  known: Math.max(0, Number(row.known)),
  refused: Number(row.refused),
});

/** The gaps of the database that is the source now. */
export async function sourceKey({ platform }: Scope): Promise<string> {
  const row = await platform.database.source.findFirst({
    where: { address: sourceAddressOf(platform).shown },
    orderBy: { created_at: 'desc' },
    select: { database_key: true },
  });
  return row?.database_key ?? '';
}

/** @throws Refusal NOT_FOUND */
export async function getGap(scope: Scope, id: string): Promise<Gap> {
  const row = await scope.platform.database.sourceGap.findFirst({
    where: { id, database_key: await sourceKey(scope) },
  });
  if (!row) throw notFound('gap');
  return toGap(row);
}

/** A gap as the audit log names it. */
export const targetOf = ({ id, table, cause }: Gap) => ({ type: 'source_gap', id, name: `${table} (${cause})` });
