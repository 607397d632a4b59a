import type { z } from 'zod';
import { mailLink } from '#features/people/passwords/mail-link.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { invitationPath } from './invitation-token.ts';
import { assertFewOpenInvitations, takeInvitation } from './limit-invitations.ts';
import { assertMayTouch, lockMembersAs } from './lock-members.ts';
import { accountState, toInvitation } from './row.ts';
import type { inviteInput } from './schema.ts';

const DAYS_VALID = 7;

/**
 * Invites somebody by a link: one use, seven days. An invitation of the same address that is still open ends. A link is
 * mailed where a mail server is configured; `mail` says what became of that.
 * @throws Refusal CONFLICT for who is a member already, and for an address that an account has which nobody has confirmed, unless
 * `unconfirmed_ok`; FORBIDDEN for an owner-to-be whom an admin invites;
 * CONFLICT and TOO_MANY_REQUESTS for more than an organization may have open, and send.
 */
export async function inviteMember(
  scope: Scope,
  by: Role,
  { email, role, unconfirmed_ok }: z.output<typeof inviteInput>,
) {
  assertMayTouch(by, role);
  const { platform, organization_id, actor } = scope;
  await takeInvitation(scope);
  const { invitation, organization } = await inTransaction(platform.database, async (tx) => {
    await lockMembersAs(tx, scope, by);
    const holder = await tx.user.findUnique({
      where: { email },
      include: { members: { where: { organizationId: organization_id } } },
    });
    if (holder && holder.members.length > 0) throw isMember(holder);
    if (holder && !holder.emailVerified && !unconfirmed_ok) throw isUnconfirmed(email);
    await tx.invitation.updateMany({
      where: { organizationId: organization_id, email, status: 'pending' },
      data: { status: 'canceled' },
    });
    await assertFewOpenInvitations(tx, organization_id);
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
      details: { role, expires_at: row.expiresAt.toISOString(), account: accountState(holder) },
    });
    return { invitation: toInvitation(platform, row, holder), organization: row.organization.name };
  });
  const mail = await mailLink(platform, {
    to: email,
    subject: `You are invited to ${organization}`,
    before: `${actor.name} invites you to ${organization} on Honeyframe Webhooks, as ${role}. Open this link to join:`,
    path: invitationPath(platform, invitation.id, 'mail'),
    after: 'It works once, for seven days. If you expected no invitation, do nothing.',
  });
  return { ...invitation, mail };
}

const isMember = ({ name, emailVerified }: { name: string; emailVerified: boolean }) =>
  conflict(
    emailVerified
      ? 'This person is a member already: change the role in the list.'
      : `${name} has this address already, unconfirmed: it may be somebody else’s. Make sure who holds the account before you change its role in the list.`,
    ['email'],
  );

/** The path tells the page that this is a question. */
const isUnconfirmed = (email: string) =>
  conflict(
    `There is an account with the address ${email} that nobody has confirmed: somebody else may have made it, and would join with its password by a link that you copy. The link of a mail lets the owner of the address take the account over.`,
    ['unconfirmed_ok'],
  );
