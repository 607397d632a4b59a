import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

/**
 * Prevents a person from turning off the second factor while one of their organizations requires it.
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
      `You can’t turn off two-factor authentication, because the organization ${requiring.name} requires it.`,
    );
}
