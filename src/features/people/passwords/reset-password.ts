import type { Ended } from '#core/ended.ts';
import { authOf, PASSWORD_LENGTH } from '#features/people/auth/auth.ts';
import { endProofs, giveAuditDetails, lockPerson } from '#features/people/auth/proofs.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { invalid } from '#platform/trpc/refusal.ts';
import { assertPasswordsAreOn } from './assert-passwords-are-on.ts';
import { assertNotBreached } from './breached-passwords.ts';
import { findLink, takeLink } from './one-time-link.ts';

type Origin = { ip: string | null; user_agent: string | null };

/**
 * Sets a new password with a link, and ends what proved the person before. A mailed link also proves the address. A
 * link that an admin saw makes the address unconfirmed, because the admin may have used it.
 * @returns what ended; null for a link that was used, has ended, or has expired
 * @throws Refusal VALIDATION for a password that is known to have leaked, FORBIDDEN when passwords are turned off
 */
export async function resetPassword(
  platform: Platform,
  { token, password }: { token: string; password: string },
  origin: Origin,
): Promise<Ended | null> {
  assertPasswordsAreOn(platform);
  assertLength(password);
  assertNotBreached(password, 'newPassword');
  const link = await findLink(platform, 'reset', token);
  if (!link) return null;
  const hash = await (await authOf(platform).$context).password.hash(password);
  return inTransaction(platform.database, async (tx) => {
    await lockPerson(tx, link.user.id);
    if (!(await takeLink(tx, link.id))) return null;
    const { emailVerified } = await tx.user.findUniqueOrThrow({ where: { id: link.user.id } });
    const isProof = link.via === 'mail' && !emailVerified;
    const ended = await endProofs(tx, isProof ? 'address_proved' : 'password_reset', { user_id: link.user.id });
    const details = { by: 'link', via: link.via, ended };
    await giveAuditDetails(tx, details);
    await setPassword(tx, link.user, hash, details, origin);
    const confirmed = isProof || (link.via === 'shown' ? false : emailVerified);
    if (confirmed !== emailVerified)
      await tx.user.update({ where: { id: link.user.id }, data: { emailVerified: confirmed } });
    return ended;
  });
}

/** A trigger audits a password that replaces another one. */
async function setPassword(
  tx: Transaction,
  { id: userId, name, email }: { id: string; name: string; email: string },
  password: string,
  details: Record<string, unknown>,
  origin: Origin,
): Promise<void> {
  const { count } = await tx.account.updateMany({ where: { userId, providerId: 'credential' }, data: { password } });
  if (count > 0) return;
  await tx.account.create({ data: { userId, accountId: userId, providerId: 'credential', password } });
  const member = await tx.member.findFirst({ where: { userId }, orderBy: { createdAt: 'asc' } });
  const actor = { type: 'user', id: userId, name } as const;
  await recordAudit(
    tx,
    { organization_id: member?.organizationId ?? null, actor, ...origin },
    {
      action: 'user.password_changed',
      severity: 'security',
      target: { type: 'user', id: userId, name: email },
      details,
    },
  );
}

function assertLength({ length }: string): void {
  const { least, most } = PASSWORD_LENGTH;
  if (length >= least && length <= most) return;
  const bound = length < least ? `at least ${least}` : `at most ${most}`;
  throw invalid({ path: ['newPassword'], message: `Use ${bound} characters.` });
}
