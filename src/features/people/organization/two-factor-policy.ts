import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

/**
 * Keeps the second factor of a person on while an organization of theirs requires it.
 * @throws Refusal FORBIDDEN, which names the organization.
 */
export async function assertMayDisableTwoFactor({ database }: Platform, userId: string): Promise<void> {
  const requiring = await database.organization.findFirst({
    where: { requireTwoFactor: true, members: { some: { userId } } },
    select: { name: true },
  });
  if (requiring)
    throw new Refusal(
      'FORBIDDEN',
      `The organization ${requiring.name} requires two-factor authentication: it stays on while you are a member there.`,
    );
}
