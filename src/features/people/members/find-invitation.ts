import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import { type Caller, personIdOf, ROLES } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { readInvitationToken } from './invitation-token.ts';

/**
 * The invitation of a link, with the account that has its address, if there is one.
 * @returns `takesOver`: the link was mailed and the account's address is unconfirmed, so whoever has the link has proved the
 * address and takes the account over
 * @throws Refusal NOT_FOUND for a link that this console did not create, or that was used, revoked, or ended, or has expired.
 */
export async function findInvitation(platform: Platform, token: string) {
  const known = readInvitationToken(platform, token);
  const row = known
    ? await platform.database.invitation.findFirst({
        where: { id: known.id, status: 'pending', expiresAt: { gt: new Date() } },
        include: { organization: { select: { name: true } } },
      })
    : null;
  if (!known || !row)
    throw new Refusal(
      'NOT_FOUND',
      'This invitation was already used, was revoked, or has expired. Ask the person who sent it for another one.',
    );
  const user = await platform.database.user.findUnique({ where: { email: row.email } });
  const takesOver = known.via === 'mail' && user !== null && !user.emailVerified;
  return { row, user, role: z.enum(ROLES).parse(row.role), via: known.via, takesOver };
}

/** What the invitation's page shows. */
export async function openInvitation(platform: Platform, caller: Caller, token: string) {
  const { row, user, role, takesOver } = await findInvitation(platform, token);
  const isTheirs = user !== null && personIdOf(caller) === user.id;
  return {
    organization: row.organization.name,
    email: row.email,
    role,
    expires_at: row.expiresAt,
    account: takesOver
      ? ('unconfirmed' as const)
      : isTheirs
        ? ('signed_in' as const)
        : user
          ? ('exists' as const)
          : ('none' as const),
    signed_in_as: caller.kind === 'user' && !isTheirs ? caller.email : null,
  };
}
