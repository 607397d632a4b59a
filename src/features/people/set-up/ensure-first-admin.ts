import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { createFirstAdmin } from './create-first-admin.ts';
import { isSetUp } from './set-up-token.ts';

/** Creates the first account from `ADMIN_EMAIL` and `ADMIN_PASSWORD`, if they are set and there is no account yet. */
export async function ensureFirstAdmin(platform: Platform): Promise<void> {
  const { admin } = platform.config;
  if (!admin) return;
  if (await isSetUp(platform)) return;
  const name = admin.email.split('@')[0] ?? admin.email;
  await createFirstAdmin(platform, { name, ...admin }).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}
