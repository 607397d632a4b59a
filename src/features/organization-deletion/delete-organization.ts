import { setTimeout as delay } from 'node:timers/promises';
import { awaitRecall, recallLanes } from '#features/events/recall-lanes.ts';
import { forgetApiKeys, TRUSTED_MS } from '#features/people/api-keys/find-api-key.ts';
import { endProofs } from '#features/people/auth/proofs.ts';
import { deleteWebhook } from '#features/webhooks/delete-webhook.ts';
import { recordAudit } from '#platform/audit.ts';
import { sqlStateOf } from '#platform/postgres/sql-state.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, invalid } from '#platform/trpc/refusal.ts';
import { deleteRest, deleteTraffic } from './delete-rows.ts';
import { summarizeDeletion } from './summarize-deletion.ts';

/** Shorter than PostgreSQL's `deadlock_timeout` at first, so that this transaction gives way and not another one. */
const FIRST_LOCK_MS = 300;
const MOST_LOCK_MS = 3_000;
const MOST_TRIES = 20;
/** A lock that was not to be had in time, and a deadlock. */
const GIVES_WAY = ['55P03', '40P01'];

/**
 * Deletes the scope's organization and everything in it except its audit log, which can't be changed. Everything that
 * writes is removed first: API keys, mappings of the change stream, members other than the person who deletes, and
 * webhooks with their prefetched deliveries. Events and deliveries follow in batches. The organization itself is
 * deleted last, and only when no table contains anything of it, so an interrupted deletion can be repeated. Its
 * members' sessions continue in another organization of theirs, or end.
 * @throws Refusal VALIDATION when the typed name is wrong, CONFLICT for the first organization.
 */
export async function deleteOrganization(scope: Scope, name: string): Promise<void> {
  const { platform, organization_id } = scope;
  const { database } = platform;
  const summary = await summarizeDeletion(scope);
  if (name.trim() !== summary.name) throw invalid({ path: ['name'], message: `Type ${summary.name} to confirm.` });
  if (summary.hindrance) throw conflict(summary.hindrance, []);
  await inTransaction(database, (tx) => endWriters(tx, scope));
  forgetApiKeys(platform);
  // Until no other process takes the keys any more.
  await delay(TRUSTED_MS);
  const webhooks = await database.webhook.findMany({
    where: { organization_id },
    select: { id: true, deleted_at: true },
  });
  for (const { id, deleted_at } of webhooks) if (!deleted_at) await deleteWebhook(scope, id);
  const ids = webhooks.map(({ id }) => id);
  await awaitRecall(platform, await inTransaction(database, (tx) => recallLanes(tx, ids)));
  await deleteTraffic(scope);
  for (let attempt = 1, lockMs = FIRST_LOCK_MS; ; attempt += 1, lockMs = Math.min(1.5 * lockMs, MOST_LOCK_MS)) {
    try {
      await inTransaction(database, async (tx) => {
        await endPeople(tx, organization_id, {});
        await deleteRest(tx, organization_id, lockMs);
        await recordAudit(tx, scope, {
          action: 'organization.deleted',
          severity: 'security',
          target: { type: 'organization', id: organization_id, name: summary.name },
          details: { ...summary },
        });
      });
      return;
    } catch (error) {
      if (!GIVES_WAY.includes(sqlStateOf(error) ?? '') || attempt === MOST_TRIES) throw error;
      await delay(lockMs / 10);
    }
  }
}

/** From here on, nobody but the person who deletes it starts to write for the organization. */
async function endWriters(tx: Transaction, { organization_id, actor }: Scope): Promise<void> {
  const where = { organization_id };
  await tx.apiKey.updateMany({ where: { ...where, revoked_at: null }, data: { revoked_at: new Date() } });
  await tx.sourceMapping.deleteMany({ where });
  await tx.invitation.deleteMany({ where: { organizationId: organization_id } });
  if (actor.type === 'user') await endPeople(tx, organization_id, { not: actor.id });
}

/** Takes people out of the organization, with what proves them there: the sessions of who is in no other end. */
async function endPeople(tx: Transaction, organization_id: string, userId: { not?: string }): Promise<void> {
  const where = { organizationId: organization_id, userId };
  const people = await tx.member.findMany({ where, select: { userId: true } });
  await tx.member.deleteMany({ where });
  for (const user_id of people.map((one) => one.userId).sort())
    await endProofs(tx, 'left', { user_id, organization_id });
}
