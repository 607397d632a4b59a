import type { Ended } from '#core/ended.ts';
import { lockPerson } from '#features/people/auth/proofs.ts';
import { hasProviderAddress, orTaken, setAddress } from '#features/people/auth/set-address.ts';
import { assertPasswordsAreOn } from '#features/people/passwords/assert-passwords-are-on.ts';
import { insertResetLink } from '#features/people/passwords/create-reset-link.ts';
import { recordAudit } from '#platform/audit.ts';
import { sendMail } from '#platform/mail.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { conflict, notFound } from '#platform/trpc/refusal.ts';
import { assertMayTouch, lockMembersAs } from './lock-members.ts';

/**
 * A link by which a member who forgot their password chooses a new one: good once, for a day. Their second factor stays.
 * @returns its path.
 * @throws Refusal NOT_FOUND, FORBIDDEN for an owner whom an admin would help, CONFLICT for who is in another organization too.
 */
export async function createMemberResetLink(scope: Scope, by: Role, id: string): Promise<{ path: string }> {
  assertPasswordsAreOn(scope.platform);
  const path = await inTransaction(scope.platform.database, async (tx) => {
    const user = await lockOwnMember(tx, scope, by, id);
    const how = { via: 'shown', madeById: scope.actor.id, organizationId: scope.organization_id } as const;
    return insertResetLink(tx, user, how, scope);
  });
  return { path };
}

/**
 * Switches off the second factor of a member who has lost both their app and their recovery codes.
 * @throws Refusal as for a reset link.
 */
export async function resetMemberTwoFactor(scope: Scope, by: Role, id: string): Promise<void> {
  await inTransaction(scope.platform.database, async (tx) => {
    const user = await lockOwnMember(tx, scope, by, id);
    await tx.twoFactor.deleteMany({ where: { userId: user.id } });
    await tx.user.update({ where: { id: user.id }, data: { twoFactorEnabled: false } });
    await recordAudit(tx, scope, {
      action: 'member.two_factor_reset',
      severity: 'security',
      target: { type: 'user', id: user.id, name: user.email },
    });
  });
}

/**
 * Gives a member another address, which counts as unconfirmed: nobody proved it. What was handed out for the old one ends, and
 * the old one is told where there is a mail server. The address that they have already is no change, and writes nothing.
 * @returns what ended
 * @throws Refusal as for a reset link, CONFLICT for oneself, for an address that a provider gives, and for one that has an account.
 */
export async function changeMemberEmail(scope: Scope, by: Role, id: string, email: string): Promise<Ended> {
  const { platform, actor } = scope;
  const changed = await inTransaction(platform.database, async (tx) => {
    const member = await lockOwnMember(tx, scope, by, id);
    if (member.email === email) return null;
    if (member.id === actor.id)
      throw conflict('Change your own address on your account page, or ask another admin.', ['email']);
    if (await hasProviderAddress(platform, member.id))
      throw conflict(`This address comes from ${platform.config.oidc?.name}: change it there.`, ['email']);
    const what = await setAddress(tx, member.id, { email, confirmed: false, details: { by: actor } });
    await recordAudit(tx, scope, {
      action: 'member.email_changed',
      severity: 'security',
      target: { type: 'user', id: member.id, name: email },
      details: { from: member.email, to: email, ended: what },
    });
    return { user: member, ended: what };
  }).catch(orTaken);
  if (!changed) return {};
  const { user, ended } = changed;
  await sendMail(platform, {
    to: user.email,
    subject: 'Your e-mail address was changed',
    text: `${actor.name} changed the address of your account: you sign in to Honeyframe Webhooks with ${email} from now on.\n`,
  });
  return ended;
}

/** An account opens every organization that its person is in: an admin of one of them does not get into the others. */
async function lockOwnMember(tx: Transaction, scope: Scope, by: Role, id: string) {
  const { organization_id } = scope;
  await lockMembersAs(tx, scope, by);
  const found = await tx.member.findFirst({ where: { id, organizationId: organization_id } });
  if (!found) throw notFound('member');
  assertMayTouch(by, found.role);
  // Whoever joins another organization waits for this lock, or is there already.
  await lockPerson(tx, found.userId);
  const elsewhere = await tx.member.count({
    where: { userId: found.userId, organizationId: { not: organization_id } },
  });
  if (elsewhere > 0)
    throw conflict(
      'This person is in another organization too, which their account opens as well: whoever runs the console helps, with "npm run cli -- users".',
      [],
    );
  return tx.user.findUniqueOrThrow({ where: { id: found.userId } });
}
