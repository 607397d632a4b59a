import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';

/**
 * Deletes a connector and its log of sends.
 * @throws Refusal NOT_FOUND
 */
export async function deleteConnector(scope: Scope, id: string): Promise<void> {
  const connector = { id, organization_id: scope.organization_id };
  const { database } = scope.platform;
  if (!(await database.connector.findFirst({ where: connector, select: { id: true } }))) throw notFound('connector');
  await deleteSends(scope, id);
  await inTransaction(database, async (tx) => {
    const before = await tx.connector.findFirst({ where: connector });
    const { count } = await tx.connector.deleteMany({ where: connector });
    if (!before || count === 0) throw notFound('connector');
    await recordAudit(tx, scope, {
      action: 'connector.deleted',
      target: { type: 'connector', id, name: before.name },
      details: { type: before.type },
    });
  });
}

const BATCH = 2_000;

/** Ahead of the connector, in batches: a log of 100,000 sends would outlast the transaction that deletes both. */
async function deleteSends({ platform, organization_id }: Scope, connectorId: string): Promise<void> {
  let deleted: number;
  do {
    deleted = await platform.database.$executeRaw`
      delete from connector_send where id in (
        select id from connector_send
        where connector_id = ${connectorId}::uuid and organization_id = ${organization_id}
        order by id limit ${BATCH}
      )`;
  } while (deleted === BATCH);
}
