import type { Ended } from '#core/ended.ts';
import { endProofs } from '#features/people/auth/proofs.ts';
import { recordAudit } from '#platform/audit.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { lockMembers } from './lock-members.ts';

type Invitation = { id: string; email: string; organizationId: string; role: Role };
type Origin = { ip: string | null; user_agent: string | null };

/**
 * Uses an invitation up. Only the first caller succeeds.
 * @returns a function that makes the person a member, audits it with `details`, and reports what ended
 * @throws Refusal CONFLICT for an invitation that was taken or has ended
 */
export async function joinByInvitation(tx: Transaction, { id, email, organizationId, role }: Invitation) {
  await lockMembers(tx, organizationId);
  const { count } = await tx.invitation.updateMany({
    where: { id, status: 'pending', expiresAt: { gt: new Date() } },
    data: { status: 'accepted' },
  });
  if (count === 0) throw conflict('This invitation was just used or revoked, or has expired.', []);
  return async (
    person: { id: string; name: string; ended?: Ended },
    details: { account: 'new' | 'existing' | 'taken_over'; link: 'mail' | 'shown' | 'none' },
    origin: Origin,
  ): Promise<Ended> => {
    const where = { organizationId, userId: person.id };
    if ((await tx.member.count({ where })) === 0) await tx.member.create({ data: { ...where, role } });
    const now = await endProofs(tx, 'joined', { user_id: person.id, organization_id: organizationId });
    const ended = { ...person.ended, ...now };
    await recordAudit(
      tx,
      { organization_id: organizationId, actor: { type: 'user', id: person.id, name: person.name }, ...origin },
      {
        action: 'member.joined',
        severity: 'security',
        target: { type: 'user', id: person.id, name: email },
        details: { role, invitation_id: id, ...details, ended },
      },
    );
    return ended;
  };
}
