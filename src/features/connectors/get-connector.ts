import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { type Connector, selectConnectors, toConnector } from './row.ts';

/** @throws Refusal NOT_FOUND */
export async function getConnector(scope: Scope, id: string): Promise<Connector> {
  const [row] = await selectConnectors(scope, { id, limit: 1 });
  if (!row) throw notFound('connector');
  return toConnector(scope, row);
}
