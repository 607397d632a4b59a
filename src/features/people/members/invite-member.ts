import type { z } from 'zod';
import { mailLink } from '#features/people/passwords/mail-link.ts';
import { recordAudit } from '#platform/audit.ts';
import { definePart } from '#platform/define-part.ts';
import { createRateCounter } from '#platform/postgres/rate-counter.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { conflict, TooManyRequests } from '#platform/trpc/refusal.ts';
import { invitationPath } from './invitation-token.ts';
import { assertMayTouch, lockMembersAs } from './lock-members.ts';
import { accountState, toInvitation } from './row.ts';
import type { inviteInput } from './schema.ts';

const DAYS_VALID = 7;

/**
 * Invites somebody with a link that works once and expires after seven days. An open invitation of the same address
 * ends. If a mail server is configured, the link is mailed; `mail` says with what result.
 * @throws Refusal CONFLICT for somebody who is already a member, and for an address with an unconfirmed account, unless
 * `unconfirmed_ok`; FORBIDDEN for an admin who invites an owner; CONFLICT and TOO_MANY_REQUESTS when an organization
 * has too many open invitations, or sends too many.
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
    subject: `You’re invited to ${organization}`,
    before: `${actor.name} invites you to ${organization} on Honeyframe Webhooks, as ${role}. Open this link to join:`,
    path: invitationPath(platform, invitation.id, 'mail'),
    after: 'It works once and expires after seven days. If you didn’t expect an invitation, ignore this email.',
  });
  return { ...invitation, mail };
}

const isMember = ({ name, emailVerified }: { name: string; emailVerified: boolean }) =>
  conflict(
    emailVerified
      ? 'This person is already a member. Change their role in the list.'
      : `${name} already has this address, but has not confirmed it, so it may be somebody else’s. Find out who controls the account before you change its role in the list.`,
    ['email'],
  );

/** The path tells the page that this refusal is a question to confirm. */
const isUnconfirmed = (email: string) =>
  conflict(
    `There is an account with the address ${email}, and nobody has confirmed the address. Somebody else may have created the account, and could join with its password through a link that you copy. A link that is mailed lets the owner of the address take the account over.`,
    ['unconfirmed_ok'],
  );

/** Limited because each may send a mail to a stranger. */
const MOST_SENT = 50;
const WINDOW_SECONDS = 15 * 60;
/** Limited because each gives access to the organization for a week. */
const MOST_OPEN = 100;

const counterOf = definePart('sent invitations', ({ pool }) =>
  createRateCounter(pool, { name: 'invitation', most: MOST_SENT, windowSeconds: WINDOW_SECONDS }),
);

/**
 * Counts one more invitation that an organization sends.
 * @throws TooManyRequests
 */
async function takeInvitation({ platform, organization_id }: Scope): Promise<void> {
  const { isTooMany, seconds } = await counterOf(platform).take(organization_id);
  if (!isTooMany) return;
  const minutes = Math.ceil(seconds / 60);
  throw new TooManyRequests(
    `${MOST_SENT} invitations were sent in ${WINDOW_SECONDS / 60} minutes. Send more in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    seconds,
  );
}

/**
 * Checks whether one more invitation may be open, while a lock keeps others from creating one.
 * @throws Refusal CONFLICT
 */
async function assertFewOpenInvitations(tx: Transaction, organizationId: string): Promise<void> {
  const open = await tx.invitation.count({
    where: { organizationId, status: 'pending', expiresAt: { gt: new Date() } },
  });
  if (open >= MOST_OPEN)
    throw conflict(
      `${MOST_OPEN} invitations are open, which is the limit. Revoke some, or wait until some are accepted or expire.`,
      [],
    );
}
