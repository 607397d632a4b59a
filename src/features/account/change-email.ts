import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { assertPassword } from '#features/auth/assert-password.ts';
import { mailLink } from '#features/auth/mail-link.ts';
import { hashIdentifier } from '#features/auth/reset-identifier.ts';
import { sendMail } from '#platform/mail.ts';
import { conflict, Refusal } from '#platform/refusal.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { inTransaction, isUniqueViolation } from '#platform/transaction.ts';
import type { changeEmailInput } from './schema.ts';

const HOURS_VALID = 24;

type Person = { id: string; email: string };

/**
 * Changes the caller's address, for whoever knows the password: once the link that is mailed to the new one is opened; at
 * once without a mail server, when nobody can prove that it is theirs, which it is not called then.
 * @throws Refusal VALIDATION for a wrong password, CONFLICT for an address that has an account, UNAVAILABLE when the mail
 * server does not take the mail.
 */
export async function changeEmail(
  { platform, ip }: Scope,
  person: Person,
  { email, password }: z.output<typeof changeEmailInput>,
): Promise<'confirm' | 'changed'> {
  await assertPassword(platform, person, { password, path: 'password', ip });
  if ((await platform.database.user.count({ where: { email } })) > 0) throw taken();
  if (!platform.config.smtp) {
    await setEmail(platform, person.id, email, false);
    return 'changed';
  }
  const token = randomBytes(24).toString('base64url');
  await platform.database.verification.create({
    data: {
      identifier: identifierOf(token),
      value: JSON.stringify({ user_id: person.id, email }),
      expiresAt: new Date(Date.now() + HOURS_VALID * 3_600_000),
    },
  });
  const mail = await mailLink(platform, {
    to: email,
    subject: 'Confirm your new e-mail address',
    before: 'Open this link to sign in to Honeyframe Webhooks with this address from now on:',
    path: `/confirm-email?token=${token}`,
    after: `It works once, for a day. Until then your address is ${person.email}.`,
  });
  if (mail === 'failed')
    throw new Refusal('SERVICE_UNAVAILABLE', 'The mail server did not take the mail: the application log says why.');
  return 'confirm';
}

const pending = z.object({ user_id: z.string(), email: z.string() });

/**
 * Makes the new address the account's, by the token of the mail; the old one is told.
 * @returns the address to sign in with.
 * @throws Refusal NOT_FOUND for a link that was used or is older than a day, CONFLICT when the address has an account now.
 */
export async function confirmEmail(platform: Platform, token: string): Promise<{ email: string }> {
  const { database } = platform;
  const row = await database.verification.findFirst({
    where: { identifier: identifierOf(token), expiresAt: { gt: new Date() } },
  });
  const { count } = row ? await database.verification.deleteMany({ where: { id: row.id } }) : { count: 0 };
  if (!row || count === 0)
    throw new Refusal('NOT_FOUND', 'This link was used or is older than a day: change your address again.');
  const { user_id, email } = pending.parse(JSON.parse(row.value));
  const old = await setEmail(platform, user_id, email, true);
  await sendMail(platform, {
    to: old,
    subject: 'Your e-mail address was changed',
    text: `You sign in to Honeyframe Webhooks with ${email} from now on. If it was not you, tell an owner of your organization at once.\n`,
  });
  return { email };
}

/** A trigger writes it to the audit log. @returns the address before. */
async function setEmail({ database }: Platform, id: string, email: string, emailVerified: boolean): Promise<string> {
  return inTransaction(database, async (tx) => {
    const before = await tx.user.findUniqueOrThrow({ where: { id }, select: { email: true } });
    await tx.user.update({ where: { id }, data: { email, emailVerified } });
    return before.email;
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? taken() : error;
  });
}

const identifierOf = (token: string) => hashIdentifier(`change-email:${token}`);

const taken = () => conflict('There is an account with this address already.', ['email']);
