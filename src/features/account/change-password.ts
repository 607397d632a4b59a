import type { z } from 'zod';
import { authOf } from '#features/auth/auth.ts';
import { assertNotBreached } from '#features/auth/breached-passwords.ts';
import { takeSignInTry } from '#features/auth/limit-sign-in.ts';
import { invalid } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import type { changePasswordInput } from './schema.ts';

type Person = { id: string; email: string; session_id?: string };

/**
 * Changes the caller's own password, and ends every other session of theirs.
 * @throws Refusal VALIDATION for a wrong password, or a new one that is known to have leaked, TOO_MANY_REQUESTS after several: they count as tries to sign in.
 */
export async function changePassword(
  scope: Scope,
  { id: userId, email, session_id }: Person,
  { current_password, new_password }: z.output<typeof changePasswordInput>,
): Promise<void> {
  const { platform } = scope;
  assertNotBreached(new_password, 'new_password');
  const { password } = await authOf(platform).$context;
  const attempt = await takeSignInTry(platform, email, scope.ip);
  const account = await platform.database.account.findFirst({ where: { userId, providerId: 'credential' } });
  if (!account?.password || !(await password.verify({ hash: account.password, password: current_password })))
    throw invalid({ path: ['current_password'], message: 'This is not your password.' });
  await attempt.succeeded();
  const hash = await password.hash(new_password);
  await inTransaction(platform.database, async (tx) => {
    // A trigger writes it to the audit log, as every change of a password.
    await tx.account.update({ where: { id: account.id }, data: { password: hash } });
    await tx.session.deleteMany({ where: { userId, ...(session_id && { id: { not: session_id } }) } });
  });
}
