import { z } from 'zod';
import { type Caller, ROLES } from '#platform/procedure.ts';
import { Refusal } from '#platform/refusal.ts';
import type { Platform } from '#platform/scope.ts';
import { invitationIdOf } from './invitation-token.ts';

/**
 * The invitation that a link leads to, with the account that has its address, if there is one.
 * @throws Refusal NOT_FOUND for a link that is not ours, was used or revoked, or has expired.
 */
export async function findInvitation(platform: Platform, token: string) {
  const id = invitationIdOf(platform, token);
  const row = id
    ? await platform.database.invitation.findFirst({
        where: { id, status: 'pending', expiresAt: { gt: new Date() } },
        include: { organization: { select: { name: true } } },
      })
    : null;
  if (!row)
    throw new Refusal(
      'NOT_FOUND',
      'This invitation was used, revoked or is older than a week: ask whoever sent it for another one.',
    );
  const user = await platform.database.user.findUnique({ where: { email: row.email } });
  return { row, user, role: z.enum(ROLES).parse(row.role) };
}

/** What its page shows. */
export async function openInvitation(platform: Platform, caller: Caller, token: string) {
  const { row, user, role } = await findInvitation(platform, token);
  const isTheirs = user !== null && personIdOf(caller) === user.id;
  return {
    organization: row.organization.name,
    email: row.email,
    role,
    expires_at: row.expiresAt,
    account: isTheirs ? ('signed_in' as const) : user ? ('exists' as const) : ('none' as const),
  };
}

/** Also of who is in no organization any more, whom an invitation brings back. */
export function personIdOf(caller: Caller): string | undefined {
  if (caller.kind === 'user') return caller.id;
  return caller.kind === 'nobody' ? caller.stranded?.id : undefined;
}
