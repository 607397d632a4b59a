import type { z } from 'zod';
import { assertPassword } from '#features/auth/assert-password.ts';
import { assertPasswordsAreOn } from '#features/auth/assert-passwords-are-on.ts';
import { authOf, PASSWORD_LENGTH } from '#features/auth/auth.ts';
import { assertNotBreached } from '#features/auth/breached-passwords.ts';
import { recordAudit } from '#platform/audit.ts';
import type { Caller } from '#platform/procedure.ts';
import { conflict, invalid } from '#platform/refusal.ts';
import type { Platform } from '#platform/scope.ts';
import { inTransaction, isUniqueViolation, type Transaction } from '#platform/transaction.ts';
import { findInvitation, personIdOf } from './find-invitation.ts';
import { lockMembers } from './lock-members.ts';
import type { acceptInvitationInput } from './schema.ts';

type Input = z.output<typeof acceptInvitationInput>;
type Person = { id: string; name: string };
type Asking = { caller: Caller; ip: string | null; user_agent: string | null };

const WRONG = 'This is not the password of the account with this address.';

/**
 * Joins an organization by an invitation's link: with a new account, or with the one that has its address, whose owner is
 * signed in or gives its password. The link works once.
 * @returns the address to sign in with.
 * @throws Refusal NOT_FOUND for a link that does not work any more, VALIDATION for a name or password that is missing or
 * wrong, CONFLICT when somebody was quicker, TOO_MANY_REQUESTS.
 */
export async function acceptInvitation(
  platform: Platform,
  { caller, ...origin }: Asking,
  { token, name, password }: Input,
): Promise<{ email: string }> {
  const { row, user, role } = await findInvitation(platform, token);
  const isTheirs = user !== null && personIdOf(caller) === user.id;
  if (user && !isTheirs)
    await assertPassword(platform, user, { password, path: 'password', wrong: WRONG, ip: origin.ip });
  if (!user) assertPasswordsAreOn(platform);
  const makeAccount = user ? null : await newAccount(platform, row.email, name, password);
  await inTransaction(platform.database, async (tx) => {
    await lockMembers(tx, row.organizationId);
    const { count } = await tx.invitation.updateMany({
      where: { id: row.id, status: 'pending', expiresAt: { gt: new Date() } },
      data: { status: 'accepted' },
    });
    if (count === 0) throw conflict('Somebody used or revoked this invitation just now.', []);
    const person: Person | null = user ?? (makeAccount && (await makeAccount(tx)));
    if (!person) throw new Error('Nobody accepted the invitation.');
    const where = { organizationId: row.organizationId, userId: person.id };
    if ((await tx.member.count({ where })) === 0) await tx.member.create({ data: { ...where, role } });
    await recordAudit(
      tx,
      {
        organization_id: row.organizationId,
        actor: { type: 'user', id: person.id, name: person.name },
        ...origin,
      },
      {
        action: 'member.joined',
        severity: 'security',
        target: { type: 'user', id: person.id, name: row.email },
        details: { role, invitation_id: row.id, account: user ? 'existing' : 'new' },
      },
    );
  }).catch((error: unknown) => {
    throw isUniqueViolation(error)
      ? conflict('An account with this address was made just now: open the link again.', [])
      : error;
  });
  return { email: row.email };
}

async function newAccount(
  platform: Platform,
  email: string,
  name: string | undefined,
  password: string | undefined,
): Promise<(tx: Transaction) => Promise<Person>> {
  if (!name) throw invalid({ path: ['name'], message: 'Give your name.' });
  if (!password || password.length < PASSWORD_LENGTH.least)
    throw invalid({ path: ['password'], message: `Use at least ${PASSWORD_LENGTH.least} characters.` });
  assertNotBreached(password, 'password');
  const hash = await (await authOf(platform).$context).password.hash(password);
  return async (tx) => {
    // Whoever has the link has got it by this address, as far as we can know.
    const made = await tx.user.create({ data: { name, email, emailVerified: true } });
    await tx.account.create({
      data: { userId: made.id, accountId: made.id, providerId: 'credential', password: hash },
    });
    return made;
  };
}
