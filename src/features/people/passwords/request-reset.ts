import { takeResetMail } from '#features/people/auth/limit-sign-in.ts';
import type { Platform } from '#platform/scope.ts';
import { assertPasswordsAreOn } from './assert-passwords-are-on.ts';
import { createResetLink } from './create-reset-link.ts';
import { mailLink } from './mail-link.ts';

/**
 * Mails a reset link to an address if it has an account. The caller does not learn whether it has: the response waits
 * for neither the database nor the mail server.
 * @throws Refusal RATE_LIMITED, FORBIDDEN when passwords are turned off
 */
export async function requestReset(platform: Platform, email: string, ip: string | null): Promise<void> {
  assertPasswordsAreOn(platform);
  await takeResetMail(platform, email, ip);
  void mailResetLink(platform, email).catch((error: unknown) =>
    platform.log.warn({ err: error, part: 'mail' }, 'A reset link could not be mailed'),
  );
}

async function mailResetLink(platform: Platform, email: string): Promise<void> {
  const user = await platform.database.user.findUnique({ where: { email: email.toLowerCase() } });
  if (!user) return;
  const actor = { type: 'system', id: 'sign-in', name: 'Sign-in' } as const;
  await mailLink(platform, {
    to: user.email,
    subject: 'A new password for Honeyframe Webhooks',
    before: 'Somebody asked for a new password for your account. Open this link to choose one:',
    path: await createResetLink(platform, user.email, actor, 'mail'),
    after:
      'It works once and expires after 24 hours. If you didn’t ask for this, ignore this email: your password doesn’t change.',
  });
}
