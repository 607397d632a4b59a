import { definePart } from '#platform/define-part.ts';
import { createRateCounter } from '#platform/postgres/rate-counter.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, TooManyRequests } from '#platform/trpc/refusal.ts';

/** Limited because each may send a mail to a stranger. */
const MOST_SENT = 50;
const WINDOW_SECONDS = 15 * 60;
/** Limited because each gives access to the organization for a week. */
const MOST_OPEN = 100;

const counterOf = definePart('sent invitations', ({ pool }) =>
  createRateCounter(pool, { name: 'invitation', most: MOST_SENT, windowSeconds: WINDOW_SECONDS }),
);

/**
 * Counts one more invitation that an organization sends.
 * @throws TooManyRequests
 */
export async function takeInvitation({ platform, organization_id }: Scope): Promise<void> {
  const { isTooMany, seconds } = await counterOf(platform).take(organization_id);
  if (!isTooMany) return;
  const minutes = Math.ceil(seconds / 60);
  throw new TooManyRequests(
    `${MOST_SENT} invitations were sent in ${WINDOW_SECONDS / 60} minutes. Send more in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    seconds,
  );
}

/**
 * Checks whether one more invitation may be open, while a lock keeps others from creating one.
 * @throws Refusal CONFLICT
 */
export async function assertFewOpenInvitations(tx: Transaction, organizationId: string): Promise<void> {
  const open = await tx.invitation.count({
    where: { organizationId, status: 'pending', expiresAt: { gt: new Date() } },
  });
  if (open >= MOST_OPEN)
    throw conflict(
      `${MOST_OPEN} invitations are open, which is the limit. Revoke some, or wait until some are accepted or expire.`,
      [],
    );
}
