import { endProofs } from '#features/auth/proofs.ts';
import { deleteSubscription } from '#features/subscriptions/delete-subscription.ts';
import { recordAudit } from '#platform/audit.ts';
import { conflict, invalid } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { summarizeDeletion } from './summarize-deletion.ts';

const BATCH = 5_000;

/**
 * Deletes the scope's organization with all that it has, but for its audit log, which nobody can change. Webhooks go
 * first, so that nothing is sent for it any more; then what was sent, in batches; the organization itself last: whoever
 * is interrupted deletes it again. Its people's sessions go on in another organization of theirs, or end.
 * @throws Refusal VALIDATION for another name than its own, CONFLICT for the first organization.
 */
export async function deleteOrganization(scope: Scope, name: string): Promise<void> {
  const { platform, organization_id } = scope;
  const { database } = platform;
  const summary = await summarizeDeletion(scope);
  if (name.trim() !== summary.name) throw invalid({ path: ['name'], message: `Type ${summary.name} to confirm.` });
  if (summary.hindrance) throw conflict(summary.hindrance, []);
  const subscriptions = await database.subscription.findMany({
    where: { organization_id },
    select: { id: true, deleted_at: true },
  });
  for (const { id, deleted_at } of subscriptions) if (!deleted_at) await deleteSubscription(scope, id);
  await deleteTraffic(scope);
  await inTransaction(database, async (tx) => {
    const people = await tx.member.findMany({ where: { organizationId: organization_id }, select: { userId: true } });
    const userIds = people.map(({ userId }) => userId);
    await tx.organization.delete({ where: { id: organization_id } });
    for (const user_id of userIds.sort()) await endProofs(tx, 'left', { user_id, organization_id });
    await recordAudit(tx, scope, {
      action: 'organization.deleted',
      severity: 'security',
      target: { type: 'organization', id: organization_id, name: summary.name },
      details: { ...summary },
    });
  });
}

/** What there can be much of: in batches, so that no statement holds its rows for long. */
async function deleteTraffic({ platform: { database }, organization_id }: Scope): Promise<void> {
  const statements = [
    () => database.$executeRaw`
      delete from attempt a using (
        select a.delivery_id, a.id from attempt a join subscription s on s.id = a.subscription_id
          where s.organization_id = ${organization_id} limit ${BATCH}) old
        where a.delivery_id = old.delivery_id and a.id = old.id`,
    () => database.$executeRaw`
      delete from delivery d using (
        select d.id from delivery d join subscription s on s.id = d.subscription_id
          where s.organization_id = ${organization_id} limit ${BATCH}) old
        where d.id = old.id`,
    () => database.$executeRaw`delete from delivery_pending where organization_id = ${organization_id}`,
    () => database.$executeRaw`
      delete from event e using (
        select id from event where organization_id = ${organization_id} limit ${BATCH}) old
        where e.id = old.id`,
    () => database.$executeRaw`
      delete from connector_send where id in (
        select id from connector_send where organization_id = ${organization_id} limit ${BATCH})`,
    () => database.$executeRaw`
      delete from tool_call where id in (
        select id from tool_call where organization_id = ${organization_id} limit ${BATCH})`,
    () => database.$executeRaw`
      delete from dataintel.pipeline_runs where id in (
        select id from dataintel.pipeline_runs where organization_id = ${organization_id} limit ${BATCH})`,
    () => database.$executeRaw`delete from event_key where organization_id = ${organization_id}`,
    () => database.$executeRaw`delete from dataintel.pipeline_run_change where organization_id = ${organization_id}`,
  ];
  for (const statement of statements) while ((await statement()) >= BATCH);
}
