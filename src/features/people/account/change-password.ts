import type { z } from 'zod';
import type { Ended } from '#core/ended.ts';
import { authOf } from '#features/people/auth/auth.ts';
import { endProofs, giveAuditDetails } from '#features/people/auth/proofs.ts';
import { assertPassword } from '#features/people/passwords/assert-password.ts';
import { assertNotBreached } from '#features/people/passwords/breached-passwords.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import type { changePasswordInput } from './schema.ts';

type Person = { id: string; email: string; session_id?: string };

/**
 * Changes the caller's own password, and ends all their other sessions and the links that they created.
 * @returns what ended
 * @throws Refusal VALIDATION for a wrong password, or a new one that is known to have leaked, TOO_MANY_REQUESTS after
 * several wrong ones, which count as attempts to sign in.
 */
export async function changePassword(
  scope: Scope,
  person: Person,
  { current_password, new_password }: z.output<typeof changePasswordInput>,
): Promise<Ended> {
  const { platform } = scope;
  const { id: userId, session_id } = person;
  assertNotBreached(new_password, 'new_password');
  const known = await assertPassword(platform, person, {
    password: current_password,
    path: 'current_password',
    ip: scope.ip,
  });
  const { password } = await authOf(platform).$context;
  const hash = await password.hash(new_password);
  return inTransaction(platform.database, async (tx) => {
    const ended = await endProofs(tx, 'password_changed', { user_id: userId, keeps_session: session_id });
    await giveAuditDetails(tx, { ended });
    // A trigger writes it to the audit log, as every change of a password.
    const { count } = await tx.account.updateMany({
      where: { userId, providerId: 'credential', password: known },
      data: { password: hash },
    });
    if (count === 0) throw conflict('Your password was just changed. Sign in with the new one.', []);
    return ended;
  });
}
