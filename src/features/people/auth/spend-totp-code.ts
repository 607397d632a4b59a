import { symmetricDecrypt } from 'better-auth/crypto';
import { totpStepOf } from '#core/signing/totp.ts';
import type { Platform } from '#platform/scope.ts';

/** The sign-in library's own, which seals the secret: its context has it. */
type SealKey = Parameters<typeof symmetricDecrypt>[0]['key'];

/** `wrong` is also for who has no second factor; `used` for a code that was taken, and for one that is older than that. */
export type SpentCode = 'taken' | 'used' | 'wrong';

/**
 * Takes a code of a person's authenticator app, once: what was seen over a shoulder, or in a proxy, opens nothing more
 * (RFC 6238 §5.2). One statement decides, so that of two who bring the same code at the same time one gets in.
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
