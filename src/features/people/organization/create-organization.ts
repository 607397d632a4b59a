import { randomBytes } from 'node:crypto';
import { isReservedSlug } from '#features/people/auth/mapped-organization.ts';
import { endProofs, lockPerson } from '#features/people/auth/proofs.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, isUniqueViolation, type Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { slugOf } from './organization.ts';

/**
 * Creates another organization, which is empty and owned by the caller.
 * @returns its id, to make it the active one.
 * @throws Refusal CONFLICT if another organization took its slug at the same time, or the caller owns too many.
 */
export async function createOrganization(scope: Scope, name: string): Promise<{ id: string }> {
  return inTransaction(scope.platform.database, async (tx) => {
    await assertMayOwnAnother(tx, scope.actor.id);
    const wanted = slugOf(name);
    const isTaken =
      isReservedSlug(scope.platform, wanted) || (await tx.organization.count({ where: { slug: wanted } })) > 0;
    const slug = isTaken ? `${wanted.slice(0, 50)}-${randomBytes(3).toString('hex')}` : wanted;
    const { id } = await tx.organization.create({ data: { name, slug } });
    await tx.member.create({ data: { organizationId: id, userId: scope.actor.id, role: 'owner' } });
    const ended = await endProofs(tx, 'joined', { user_id: scope.actor.id, organization_id: id });
    await recordAudit(
      tx,
      { ...scope, organization_id: id },
      {
        action: 'organization.created',
        severity: 'security',
        target: { type: 'organization', id, name },
        details: { ended },
      },
    );
    return { id };
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? conflict('Another organization just took this name. Try again.', ['name']) : error;
  });
}

/** Limited because each organization has its own lists, background jobs, and settings. */
const MOST_OWNED = 20;

/**
 * The person's row is locked, so that simultaneous requests don't count too few.
 * @throws Refusal CONFLICT
 */
async function assertMayOwnAnother(tx: Transaction, userId: string): Promise<void> {
  await lockPerson(tx, userId);
  if ((await tx.member.count({ where: { userId, role: 'owner' } })) >= MOST_OWNED)
    throw conflict(
      `You own ${MOST_OWNED} organizations, which is the limit. Before you create another, delete one, or make somebody else its owner and leave it.`,
      [],
    );
}
