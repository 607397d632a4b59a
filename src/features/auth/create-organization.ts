import { randomBytes } from 'node:crypto';
import { recordAudit } from '#platform/audit.ts';
import { conflict } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction, isUniqueViolation } from '#platform/transaction.ts';
import { isReservedSlug } from './mapped-organization.ts';
import { slugOf } from './organization.ts';
import { endProofs } from './proofs.ts';

/**
 * Makes a further organization, which the person who asks owns. It begins empty.
 * @returns its id, to be made the active one.
 * @throws Refusal CONFLICT when another one took its slug at the same time.
 */
export async function createOrganization(scope: Scope, name: string): Promise<{ id: string }> {
  return inTransaction(scope.platform.database, async (tx) => {
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
    throw isUniqueViolation(error)
      ? conflict('Another organization took this name just now: try again.', ['name'])
      : error;
  });
}
