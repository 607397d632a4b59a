import { randomBytes } from 'node:crypto';
import { recordAudit } from '#platform/audit.ts';
import { Refusal } from '#platform/refusal.ts';
import type { Actor, Platform } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { resetIdentifier } from './reset-identifier.ts';

const HOURS_VALID = 24;

/**
 * A link that lets somebody who has no password any more choose a new one: one use, 24 hours.
 * @returns the path with its token, to be put behind the console's address
 * @throws Refusal NOT_FOUND when no account has the e-mail address.
 */
export async function createResetLink({ database }: Platform, email: string, actor: Actor): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await inTransaction(database, async (tx) => {
    const user = await tx.user.findUnique({ where: { email: email.toLowerCase() }, include: { members: { take: 1 } } });
    if (!user) throw new Refusal('NOT_FOUND', `No account has the e-mail address ${email}: check its spelling.`);
    await tx.verification.create({
      data: {
        identifier: resetIdentifier(token),
        value: user.id,
        expiresAt: new Date(Date.now() + HOURS_VALID * 3_600_000),
      },
    });
    await recordAudit(
      tx,
      { organization_id: user.members[0]?.organizationId ?? null, actor, ip: null, user_agent: null },
      {
        action: 'user.reset_link_created',
        severity: 'security',
        target: { type: 'user', id: user.id, name: user.email },
      },
    );
  });
  return `/reset-password?token=${token}`;
}
