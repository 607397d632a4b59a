import type { z } from 'zod';
import type { Ended } from '#core/ended.ts';
import { takeResetMail } from '#features/people/auth/limit-sign-in.ts';
import { lockPerson, PROOFS } from '#features/people/auth/proofs.ts';
import { hasProviderAddress, orTaken, setAddress } from '#features/people/auth/set-address.ts';
import { assertPassword } from '#features/people/passwords/assert-password.ts';
import { mailLink } from '#features/people/passwords/mail-link.ts';
import { createLink, findLink, takeLink } from '#features/people/passwords/one-time-link.ts';
import { recordAudit } from '#platform/audit.ts';
import { sendMail } from '#platform/mail.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { type Caller, personIdOf } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import type { changeEmailInput } from './schema.ts';

type Person = { id: string; name: string; email: string; session_id?: string };

/**
 * Mails a link to the caller's new address, if they give their password. The address changes when they open the link.
 * The response and the mail are the same whether or not another account has the address: only its mailbox learns that.
 * @throws Refusal FORBIDDEN without a mail server, because nobody could prove the address, and when a provider supplies
 * it; VALIDATION for a wrong password, TOO_MANY_REQUESTS, UNAVAILABLE when the mail server does not accept the mail.
 */
export async function changeEmail(
  scope: Scope,
  person: Person,
  { email, password }: z.output<typeof changeEmailInput>,
): Promise<'confirm'> {
  const { platform, ip } = scope;
  if (!platform.config.smtp)
    throw new Refusal(
      'FORBIDDEN',
      'This console has no mail server, so you can’t prove that an address is yours. Ask an admin to change it on the Members page.',
    );
  await assertPassword(platform, person, { password, path: 'password', ip });
  if (await hasProviderAddress(platform, person.id))
    throw new Refusal('FORBIDDEN', `Your address comes from ${platform.config.oidc?.name}. Change it there.`);
  await takeResetMail(platform, email, ip);
  const token = await inTransaction(platform.database, async (tx) => {
    await lockPerson(tx, person.id);
    await PROOFS.change_of_address.end(tx, { user_id: person.id });
    await recordAudit(tx, scope, {
      action: 'user.email_change_requested',
      severity: 'security',
      target: { type: 'user', id: person.id, name: person.email },
      details: { to: email },
    });
    return createLink(tx, { kind: 'change_email', via: 'mail', userId: person.id, email });
  });
  const mail = await mailLink(platform, {
    to: email,
    subject: 'Confirm your new e-mail address',
    before: `${person.name} (${person.email}) wants to sign in to Honeyframe Webhooks with this address. If that is you, open this link where you are signed in:`,
    path: `/confirm-email?token=${token}`,
    after: `It works once and expires after 24 hours. Until you open it, your address is ${person.email}. If you didn't ask for this, ignore this email.`,
  });
  if (mail === 'failed')
    throw new Refusal('UNAVAILABLE', 'The mail server did not accept the mail. The application log has the cause.');
  return 'confirm';
}

/**
 * Changes the account's address with the token from the mail. The caller must be signed in to the account, because a
 * link that somebody else opens proves nothing. The old address is notified.
 * @returns the address to sign in with, and what ended.
 * @throws Refusal NOT_FOUND for a link that was used, has ended, or has expired, FORBIDDEN for anybody else, CONFLICT
 * when another account has the address.
 */
export async function confirmEmail(
  platform: Platform,
  caller: Caller,
  token: string,
): Promise<{ email: string; ended: Ended }> {
  const link = await findLink(platform, 'change_email', token);
  if (!link?.email) throw gone();
  if (personIdOf(caller) !== link.user.id)
    throw new Refusal(
      'FORBIDDEN',
      'Sign in to the account whose address changes in this browser, and open the link again. If you didn’t ask for a change, do nothing.',
    );
  const { email, user } = link;
  const ended = await inTransaction(platform.database, async (tx) => {
    await lockPerson(tx, user.id);
    if (!(await takeLink(tx, link.id))) throw gone();
    return setAddress(tx, user.id, { email, confirmed: true });
  }).catch(orTaken);
  await sendMail(platform, {
    to: user.email,
    subject: 'Your e-mail address was changed',
    text: `You sign in to Honeyframe Webhooks with ${email} from now on. If you didn't do this, tell an owner of your organization right away.\n`,
  });
  return { email, ended };
}

const gone = () => new Refusal('NOT_FOUND', 'This link was already used or has expired. Change your address again.');
