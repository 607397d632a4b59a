import type { Ended } from '#core/ended.ts';
import { hasProviderAddress, orTaken, setAddress } from '#features/people/auth/set-address.ts';
import { recordAudit } from '#platform/audit.ts';
import { sendMail } from '#platform/mail.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { lockOwnMember } from './lock-members.ts';

/**
 * Changes a member's address. The new one counts as unconfirmed, because nobody has proved it. Links sent to the old
 * address end, and it is notified if there is a mail server. If the address is the same, nothing is written.
 * @returns what ended
 * @throws Refusal as for a reset link, CONFLICT for oneself, for an address from a provider, and for one that has an
 * account.
 */
export async function changeMemberEmail(scope: Scope, by: Role, id: string, email: string): Promise<Ended> {
  const { platform, actor } = scope;
  const changed = await inTransaction(platform.database, async (tx) => {
    const member = await lockOwnMember(tx, scope, by, id);
    if (member.email === email) return null;
    if (member.id === actor.id)
      throw conflict('Change your own address on your account page, or ask another admin.', ['email']);
    if (await hasProviderAddress(platform, member.id))
      throw conflict(`This address comes from ${platform.config.oidc?.name}. Change it there.`, ['email']);
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
