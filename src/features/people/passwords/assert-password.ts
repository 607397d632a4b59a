import { authOf } from '#features/people/auth/auth.ts';
import { takeSignInTry } from '#features/people/auth/limit-sign-in.ts';
import type { Platform } from '#platform/scope.ts';
import { invalid, Refusal } from '#platform/trpc/refusal.ts';

type Given = {
  /** The password that was entered. If it is missing, it counts as wrong. */
  password: string | undefined;
  /** The form's field. */
  path: string;
  wrong?: string;
  ip: string | null;
};

/**
 * Requires an account's password for a change of its access. Wrong passwords count as attempts to sign in, or in a
 * session, as attempts of that session.
 * @returns the stored hash, so that it is changed only while it is still this one
 * @throws Refusal VALIDATION for a wrong password, FORBIDDEN for an account without one, TOO_MANY_REQUESTS.
 */
export async function assertPassword(
  platform: Platform,
  { id: userId, email, session_id }: { id: string; email: string; session_id?: string | undefined },
  { password: given, path, wrong = 'This is not your password.', ip }: Given,
): Promise<string> {
  const attempt = await takeSignInTry(platform, email, { ip, session_id });
  const account = await platform.database.account.findFirst({ where: { userId, providerId: 'credential' } });
  if (!account?.password)
    throw new Refusal('FORBIDDEN', 'This account has no password, because its owner signs in through a provider.');
  const { password } = await authOf(platform).$context;
  if (!given || !(await password.verify({ hash: account.password, password: given })))
    throw invalid({ path: [path], message: wrong });
  await attempt.succeeded();
  return account.password;
}
