import type { z } from 'zod';
import { mailLink } from '#features/auth/mail-link.ts';
import { recordAudit } from '#platform/audit.ts';
import type { Role } from '#platform/procedure.ts';
import { conflict } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { toInvitation } from './list-invitations.ts';
import { assertMayTouch, lockMembers } from './lock-members.ts';
import type { inviteInput } from './schema.ts';

const DAYS_VALID = 7;

/**
 * Invites somebody by a link: one use, seven days. An invitation of the same address that is still open ends. The link
 * is mailed where a mail server is configured; `mail` says what became of that.
 * @throws Refusal CONFLICT for who is a member already, FORBIDDEN for an owner-to-be whom an admin invites.
 */
export async function inviteMember(scope: Scope, by: Role, { email, role }: z.output<typeof inviteInput>) {
  assertMayTouch(by, role);
  const { platform, organization_id, actor } = scope;
  const { invitation, organization } = await inTransaction(platform.database, async (tx) => {
    await lockMembers(tx, organization_id);
    const isMember = await tx.member.count({ where: { organizationId: organization_id, user: { email } } });
    if (isMember > 0) throw conflict('This person is a member already: change the role in the list.', ['email']);
    await tx.invitation.updateMany({
      where: { organizationId: organization_id, email, status: 'pending' },
      data: { status: 'canceled' },
    });
    const row = await tx.invitation.create({
      include: { organization: { select: { name: true } } },
      data: {
        organizationId: organization_id,
        email,
        role,
        inviterId: actor.id,
        expiresAt: new Date(Date.now() + DAYS_VALID * 24 * 60 * 60 * 1000),
      },
    });
    await recordAudit(tx, scope, {
      action: 'member.invited',
      severity: 'security',
      target: { type: 'invitation', id: row.id, name: email },
      details: { role, expires_at: row.expiresAt.toISOString() },
    });
    return { invitation: toInvitation(platform, row), organization: row.organization.name };
  });
  const mail = await mailLink(platform, {
    to: email,
    subject: `You are invited to ${organization}`,
    before: `${actor.name} invites you to ${organization} on Honeyframe Webhooks, as ${role}. Open this link to join:`,
    path: invitation.path,
    after: 'It works once, for seven days. If you expected no invitation, do nothing.',
  });
  return { ...invitation, mail };
}
