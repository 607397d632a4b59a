import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { type Connector, selectConnector, toConnector } from './row.ts';

/** @throws Refusal NOT_FOUND */
export async function getConnector(scope: Scope, id: string): Promise<Connector> {
  const row = await selectConnector(scope, id);
  if (!row) throw notFound('connector');
  return toConnector(scope, row);
}
