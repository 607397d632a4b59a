import { z } from 'zod';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { hashSessionToken } from './hash-session-tokens.ts';
import { lockPerson, PROOFS } from './proofs.ts';

/** The person whose password is about to be checked, and the stored hash; null for a person without a password. */
export type Checked = { user_id: string; hash: string | null };

/** @returns null if no account has the address */
export async function passwordToCheck({ database }: Platform, email: string): Promise<Checked | null> {
  const user = await database.user.findUnique({ where: { email: email.trim().toLowerCase() }, select: { id: true } });
  return user && { user_id: user.id, hash: await hashOf(database, user.id) };
}

const signedIn = z.object({ token: z.string().optional() });

/**
 * Checking a password takes long enough that it can be changed in the meantime. The change ends all existing sessions, but not
 * the one that the library creates afterwards. This function ends that session, or the sign-in that waits for a second factor.
 * @param response the library's response to a successful sign-in
 * @returns whether the password was changed or removed while it was being checked
 */
export async function endOvertakenSignIn(
  platform: Platform,
  { user_id, hash }: Checked,
  response: Response,
): Promise<boolean> {
  const { token } = signedIn.parse(await response.clone().json());
  return inTransaction(platform.database, async (tx) => {
    await lockPerson(tx, user_id);
    if ((await hashOf(tx, user_id)) === hash) return false;
    if (token !== undefined) await tx.session.deleteMany({ where: { token: hashSessionToken(token) } });
    await PROOFS.half_sign_in.end(tx, { user_id });
    return true;
  });
}

const hashOf = async (database: Pick<Transaction, 'account'>, userId: string): Promise<string | null> =>
  (await database.account.findFirst({ where: { userId, providerId: 'credential' } }))?.password ?? null;
