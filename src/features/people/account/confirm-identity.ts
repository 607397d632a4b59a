import type { z } from 'zod';
import { authOf } from '#features/people/auth/auth.ts';
import { takeSignInTry } from '#features/people/auth/limit-sign-in.ts';
import { OIDC } from '#features/people/auth/proofs.ts';
import { spendTotpCode } from '#features/people/auth/spend-totp-code.ts';
import { assertPassword } from '#features/people/passwords/assert-password.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { invalid, Refusal } from '#platform/trpc/refusal.ts';
import type { confirmIdentityInput } from './schema.ts';

type Person = { id: string; email: string; session_id?: string };

/** The ways in which a person can confirm their identity: those that they have and this console accepts. */
export async function listProofs({ config, database }: Platform, userId: string) {
  const [accounts, codes] = await Promise.all([
    database.account.findMany({ where: { userId }, select: { providerId: true } }),
    database.twoFactor.count({ where: { userId, verified: true } }),
  ]);
  const has = (provider: string) => accounts.some(({ providerId }) => providerId === provider);
  return {
    password: config.passwordSignIn && has('credential'),
    code: codes > 0,
    sso: has(OIDC) ? (config.oidc?.name ?? null) : null,
  };
}

/**
 * Makes the caller's session fresh if they enter their password or a code from the authenticator app again.
 * @throws Refusal VALIDATION for a wrong one, TOO_MANY_REQUESTS after several, which are counted per session.
 */
export async function confirmIdentity(
  scope: Scope,
  person: Person,
  { password, code }: z.output<typeof confirmIdentityInput>,
): Promise<void> {
  const { platform } = scope;
  if (!person.session_id)
    throw new Refusal('FORBIDDEN', 'You can only confirm your identity in a session. Sign in first.');
  const proofs = await listProofs(platform, person.id);
  if (code === undefined) {
    if (!proofs.password) throw invalid({ path: ['password'], message: 'This account has no password.' });
    await assertPassword(platform, person, { password, path: 'password', ip: scope.ip });
  } else await assertCode(scope, person, code);
  await inTransaction(platform.database, async (tx) => {
    const { count } = await tx.session.updateMany({
      where: { id: person.session_id, userId: person.id },
      data: { authenticatedAt: new Date() },
    });
    if (count === 0) throw new Refusal('UNAUTHENTICATED', 'This session has ended. Sign in again.');
    await recordAudit(tx, scope, {
      action: 'session.confirmed',
      target: { type: 'user', id: person.id, name: person.email },
      details: { by: code === undefined ? 'password' : 'code' },
    });
  });
}

async function assertCode({ platform, ip }: Scope, { id, email, session_id }: Person, code: string): Promise<void> {
  const attempt = await takeSignInTry(platform, email, { ip, session_id }, 'code');
  const { secretConfig } = await authOf(platform).$context;
  const spent = await spendTotpCode(platform, secretConfig, id, code);
  if (spent === 'used')
    throw invalid({ path: ['code'], message: 'This code was already used. Wait for the next one.' });
  if (spent === 'wrong')
    throw invalid({
      path: ['code'],
      message: "This code doesn't match. Enter the newest one, and check the clock of your device.",
    });
  await attempt.succeeded();
}
