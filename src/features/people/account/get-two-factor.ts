import { authOf } from '#features/people/auth/auth.ts';
import type { Platform } from '#platform/scope.ts';

/** The state of a person's second factor. */
export async function getTwoFactor(platform: Platform, userId: string) {
  const { database } = platform;
  const [row, passwords] = await Promise.all([
    database.twoFactor.findUnique({ where: { userId }, select: { verified: true } }),
    database.account.count({ where: { userId, providerId: 'credential' } }),
  ]);
  const enabled = row?.verified ?? false;
  return {
    enabled,
    recovery_codes_left: enabled
      ? (await authOf(platform).api.viewBackupCodes({ body: { userId } })).backupCodes.length
      : 0,
    has_password: passwords > 0,
  };
}
