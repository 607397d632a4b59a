import { lockPerson } from '#features/people/auth/proofs.ts';
import type { Actor } from '#platform/actor.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { createLink } from './one-time-link.ts';

/**
 * A link for choosing a new password, which works once and expires after 24 hours.
 * @param via `mail` only for a link that is mailed to the address and shown to nobody
 * @returns the path with its token, to be appended to the console's address
 * @throws Refusal NOT_FOUND when no account has the e-mail address.
 */
export async function createResetLink(
  { database }: Platform,
  email: string,
  actor: Actor,
  via: 'mail' | 'command_line' = 'command_line',
): Promise<string> {
  return inTransaction(database, async (tx) => {
    const where = { email: email.toLowerCase() };
    const known = await tx.user.findUnique({ where, select: { id: true } });
    if (known) await lockPerson(tx, known.id);
    // While this transaction waited for the lock, the account's address may have changed. Its old mailbox then gets no
    // link.
    const user = await tx.user.findUnique({ where, include: { members: { take: 1 } } });
    if (!user || user.id !== known?.id)
      throw new Refusal('NOT_FOUND', `No account has the e-mail address ${email}. Check its spelling.`);
    const scope = { organization_id: user.members[0]?.organizationId ?? null, actor, ip: null, user_agent: null };
    return insertResetLink(tx, user, { via }, scope);
  });
}

/** In a transaction that has locked the person. @returns the link's path */
export async function insertResetLink(
  tx: Transaction,
  { id: userId, email }: { id: string; email: string },
  how: { via: 'mail' | 'shown' | 'command_line'; madeById?: string; organizationId?: string },
  scope: Parameters<typeof recordAudit>[1],
): Promise<string> {
  const token = await createLink(tx, { kind: 'reset', userId, ...how });
  await recordAudit(tx, scope, {
    action: 'user.reset_link_created',
    severity: 'security',
    target: { type: 'user', id: userId, name: email },
    details: { via: how.via },
  });
  return `/reset-password?token=${token}`;
}
