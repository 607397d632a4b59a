import { z } from 'zod';
import { mailLink } from '#features/people/passwords/mail-link.ts';
import type { Platform, Scope } from '#platform/scope.ts';

export const NOTICE_KINDS = ['passwords_guessed', 'codes_guessed', 'session_guessed'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

const MAIL = {
  passwords_guessed: {
    subject: 'Someone is guessing the password of your account',
    happened: 'Someone entered wrong passwords for your Honeyframe Webhooks account',
    advice:
      'Each further attempt has to wait longer. Browsers that you have signed in with before are not affected. If this wasn’t you, choose a password that you use nowhere else, and turn on two-factor authentication.',
  },
  codes_guessed: {
    subject: 'Someone knows your password and is guessing your codes',
    happened:
      'Someone entered the right password for your Honeyframe Webhooks account, and then wrong two-factor codes',
    advice:
      'Each further attempt has to wait longer. If this wasn’t you, change your password now: this person knows it.',
  },
  session_guessed: {
    subject: 'Someone is guessing your password in an open session',
    happened: 'Someone entered wrong passwords or codes in an open session of your Honeyframe Webhooks account',
    advice: 'If this wasn’t you, sign out all other sessions on your account page, and change your password.',
  },
} satisfies Record<NoticeKind, { subject: string; happened: string; advice: string }>;

/**
 * Notifies an account's owner that somebody is guessing: on the pages at their next sign-in, and by mail if a mail
 * server is configured. The refused request does not wait for the mail.
 */
export async function notePerson(
  platform: Platform,
  email: string,
  kind: NoticeKind,
  ip: string | null,
): Promise<void> {
  const user = await platform.database.user.findUnique({ where: { email: email.trim().toLowerCase() } });
  if (!user) return;
  await platform.pool.query(
    `insert into security_notice (user_id, kind) values ($1, $2)
      on conflict (user_id, kind) do update set last_at = now()`,
    [user.id, kind],
  );
  const { subject, happened, advice } = MAIL[kind];
  void mailLink(platform, {
    to: user.email,
    subject,
    before: `${happened} (${user.email}), most recently from ${ip ?? 'an unknown address'} at ${new Date().toISOString()}. Your account is here:`,
    path: '/settings/account',
    after: `${advice} If it was you, do nothing.`,
  });
}

const kind = z.enum(NOTICE_KINDS);

/** The notices that a person has not dismissed yet, newest first. */
export async function listSecurityNotices({ database }: Platform, user_id: string) {
  const rows = await database.securityNotice.findMany({ where: { user_id }, orderBy: { last_at: 'desc' } });
  return rows.map((row) => ({ kind: kind.parse(row.kind), first_at: row.first_at, last_at: row.last_at }));
}

/** Dismisses a notice. It is shown again if the same thing happens again. */
export async function dismissSecurityNotice({ platform, actor }: Scope, dismissed: NoticeKind): Promise<void> {
  await platform.database.securityNotice.deleteMany({ where: { user_id: actor.id, kind: dismissed } });
}
