import { symmetricDecrypt } from 'better-auth/crypto';
import { totpStepOf } from '#core/signing/totp.ts';
import type { Platform } from '#platform/scope.ts';

/** The sign-in library's secret, with which the authenticator's secret is encrypted. */
type SealKey = Parameters<typeof symmetricDecrypt>[0]['key'];

/** `wrong` also if the person has no second factor. `used` if this code or a later one was already accepted. */
export type SpentCode = 'taken' | 'used' | 'wrong';

/**
 * Accepts a code of a person's authenticator app only once, so that somebody who saw it can't use it again (RFC 6238 §5.2).
 * A single statement decides, so that if the same code is sent twice at the same time, only one request succeeds.
 */
export async function spendTotpCode(
  { database }: Platform,
  key: SealKey,
  userId: string,
  code: string,
): Promise<SpentCode> {
  const factor = await database.twoFactor.findUnique({ where: { userId } });
  if (!factor) return 'wrong';
  const secret = await symmetricDecrypt({ key, data: factor.secret });
  const step = totpStepOf(Buffer.from(secret), code, Date.now());
  if (step === null) return 'wrong';
  const { count } = await database.twoFactor.updateMany({
    where: { id: factor.id, OR: [{ lastUsedStep: null }, { lastUsedStep: { lt: step } }] },
    data: { lastUsedStep: step },
  });
  return count === 1 ? 'taken' : 'used';
}
