import type { Ended } from '#core/ended.ts';
import { isUniqueViolation, type Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { endProofs, giveAuditDetails, OIDC, type ProofEvent } from './proofs.ts';

type Given = {
  email: string;
  /** Whether a mailed link or a provider proved it. */
  confirmed: boolean;
  /** `address_proved` if the provider proves an address that was unconfirmed before. */
  event?: Extract<ProofEvent, 'address_changed' | 'address_proved'>;
  /** Details for the audit row that a trigger writes. */
  details?: Record<string, unknown>;
};

/**
 * Changes an account's address, and ends the links that were created for the old one.
 * @returns what ended
 * @throws Refusal CONFLICT for an address that has an account, by `orTaken`
 */
export async function setAddress(
  tx: Transaction,
  userId: string,
  { email, confirmed, event = 'address_changed', details = {} }: Given,
): Promise<Ended> {
  const ended = await endProofs(tx, event, { user_id: userId });
  await giveAuditDetails(tx, { ...details, ended });
  await tx.user.update({ where: { id: userId }, data: { email, emailVerified: confirmed } });
  return ended;
}

/** For the `catch` of a transaction that sets an address. @throws Refusal CONFLICT when another account has it. */
export function orTaken(error: unknown): never {
  throw isUniqueViolation(error) ? conflict('There is already an account with this address.', ['email']) : error;
}

/** Whether the person's address comes from the single sign-on provider, so that it can only be changed there. */
export async function hasProviderAddress(
  { config, database }: Pick<Platform, 'config' | 'database'>,
  userId: string,
): Promise<boolean> {
  if (!config.oidc) return false;
  return (await database.account.count({ where: { userId, providerId: OIDC } })) > 0;
}
