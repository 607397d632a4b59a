import { sendMail } from '#platform/mail.ts';
import type { Platform } from '#platform/scope.ts';

type Link = { to: string; subject: string; before: string; path: string; after: string };

/** Mails a link to this console with a sentence before and after it. Never throws. @returns whether it was sent. */
export function mailLink(platform: Platform, { to, subject, before, path, after }: Link) {
  const link = `${platform.config.publicUrl ?? ''}${path}`;
  return sendMail(platform, { to, subject, text: `${before}\n\n${link}\n\n${after}\n` });
}
