import type { z } from 'zod';
import type { Ended } from '#core/ended.ts';
import { authOf, PASSWORD_LENGTH } from '#features/people/auth/auth.ts';
import { endProofs } from '#features/people/auth/proofs.ts';
import { assertPassword } from '#features/people/passwords/assert-password.ts';
import { assertPasswordsAreOn } from '#features/people/passwords/assert-passwords-are-on.ts';
import { assertNotBreached } from '#features/people/passwords/breached-passwords.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, isUniqueViolation, type Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { type Caller, personIdOf, type Role } from '#platform/trpc/procedure.ts';
import { conflict, invalid } from '#platform/trpc/refusal.ts';
import { findInvitation } from './find-invitation.ts';
import { lockMembers } from './lock-members.ts';
import type { acceptedSchema, acceptInvitationInput } from './schema.ts';

type Input = z.output<typeof acceptInvitationInput>;
type Person = { id: string; name: string; ended: Ended };
type Asking = { caller: Caller; ip: string | null; user_agent: string | null };

const WRONG = 'This is not the password of the account with this address.';

/**
 * Joins an organization with an invitation's link, which works once: with a new account, or with the existing account
 * of the address, whose owner is signed in or gives its password. A mailed link proves the address: it confirms a new
 * account, and takes over an unconfirmed one, which ends everything that was set before. A link that an admin saw
 * proves nothing.
 * @returns the address to sign in with, the organization, and what ended.
 * @throws Refusal NOT_FOUND for a link that no longer works, VALIDATION for a name or password that is missing or
 * wrong, CONFLICT when somebody was faster, TOO_MANY_REQUESTS.
 */
export async function acceptInvitation(
  platform: Platform,
  { caller, ...origin }: Asking,
  { token, name, password }: Input,
): Promise<z.output<typeof acceptedSchema>> {
  const { row, user, role, via, takesOver } = await findInvitation(platform, token);
  const isTheirs = user !== null && personIdOf(caller) === user.id;
  if (user && !isTheirs && !takesOver)
    await assertPassword(platform, user, { password, path: 'password', wrong: WRONG, ip: origin.ip });
  const isNew = !user || takesOver;
  if (isNew) assertPasswordsAreOn(platform);
  const prove = isNew
    ? await newProof(platform, { email: row.email, name, password, confirmed: via === 'mail' })
    : null;
  const ended = await inTransaction(platform.database, async (tx) => {
    const join = await joinByInvitation(tx, { ...row, role });
    const person = prove ? await prove(tx, user?.id) : user && { id: user.id, name: user.name, ended: {} };
    if (!person) throw new Error('Nobody accepted the invitation.');
    const account = takesOver ? 'taken_over' : user ? 'existing' : 'new';
    return join(person, { account, link: via }, origin);
  }).catch((error: unknown) => {
    throw isUniqueViolation(error)
      ? conflict('An account with this address was just created. Open the link again.', [])
      : error;
  });
  return { email: row.email, organization_id: row.organizationId, ended };
}

type NewProof = { email: string; name: string | undefined; password: string | undefined; confirmed: boolean };

/** Checks the name and password of a new account, or of one that is taken over. */
async function newProof(
  platform: Platform,
  { email, name, password, confirmed }: NewProof,
): Promise<(tx: Transaction, takenOverId: string | undefined) => Promise<Person>> {
  if (!name) throw invalid({ path: ['name'], message: 'Enter your name.' });
  if (!password || password.length < PASSWORD_LENGTH.least)
    throw invalid({ path: ['password'], message: `Use at least ${PASSWORD_LENGTH.least} characters.` });
  assertNotBreached(password, 'password');
  const hash = await (await authOf(platform).$context).password.hash(password);
  return async (tx, takenOverId) => {
    const ended = takenOverId ? await endProofs(tx, 'address_proved', { user_id: takenOverId }) : {};
    const { id } = takenOverId
      ? await confirm(tx, { id: takenOverId, email, name })
      : await tx.user.create({ data: { name, email, emailVerified: confirmed } });
    await tx.account.create({ data: { userId: id, accountId: id, providerId: 'credential', password: hash } });
    return { id, name, ended };
  };
}

/** Checks again, because another link may have confirmed the account in the meantime. */
async function confirm(tx: Transaction, { id, email, name }: { id: string; email: string; name: string }) {
  const where = { id, email, emailVerified: false };
  const { count } = await tx.user.updateMany({ where, data: { name, emailVerified: true } });
  if (count === 0) throw conflict('Somebody just confirmed this address. Open the link again.', []);
  return { id };
}

type Invitation = { id: string; email: string; organizationId: string; role: Role };
type Origin = { ip: string | null; user_agent: string | null };

/**
 * Uses an invitation up. Only the first caller succeeds.
 * @returns a function that makes the person a member, audits it with `details`, and reports what ended
 * @throws Refusal CONFLICT for an invitation that was taken or has ended
 */
async function joinByInvitation(tx: Transaction, { id, email, organizationId, role }: Invitation) {
  await lockMembers(tx, organizationId);
  const { count } = await tx.invitation.updateMany({
    where: { id, status: 'pending', expiresAt: { gt: new Date() } },
    data: { status: 'accepted' },
  });
  if (count === 0) throw conflict('This invitation was just used or revoked, or has expired.', []);
  return async (
    person: { id: string; name: string; ended?: Ended },
    details: { account: 'new' | 'existing' | 'taken_over'; link: 'mail' | 'shown' | 'none' },
    origin: Origin,
  ): Promise<Ended> => {
    const where = { organizationId, userId: person.id };
    if ((await tx.member.count({ where })) === 0) await tx.member.create({ data: { ...where, role } });
    const now = await endProofs(tx, 'joined', { user_id: person.id, organization_id: organizationId });
    const ended = { ...person.ended, ...now };
    await recordAudit(
      tx,
      { organization_id: organizationId, actor: { type: 'user', id: person.id, name: person.name }, ...origin },
      {
        action: 'member.joined',
        severity: 'security',
        target: { type: 'user', id: person.id, name: email },
        details: { role, invitation_id: id, ...details, ended },
      },
    );
    return ended;
  };
}
