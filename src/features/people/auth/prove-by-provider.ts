import { z } from 'zod';
import { type Ended, endedSentence } from '#core/ended.ts';
import { recordAudit } from '#platform/audit.ts';
import { sendMail } from '#platform/mail.ts';
import { inTransaction, isUniqueViolation, type Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { endProofs, OIDC } from './proofs.ts';
import { setAddress } from './set-address.ts';

/** An account, and the address that the provider vouches for. */
type Vouched = { id: string; email: string };

/**
 * Called before an identity of the provider is linked to an existing account: ends everything that was set before,
 * because nobody but the provider has proved whose address it is. If linking then fails, the person signs in that way
 * again.
 * @returns what ended
 */
export async function endBeforeLink(platform: Platform, userId: string): Promise<Ended> {
  const user = await platform.database.user.findUnique({ where: { id: userId } });
  // A new person: the library creates the account in its own transaction.
  if (!user) return {};
  const ended = await inTransaction(platform.database, (tx) => endUnproved(tx, user, 'identity_linked'));
  const sentence = endedSentence(ended);
  if (sentence)
    void sendMail(platform, {
      to: user.email,
      subject: `You sign in with ${platform.config.oidc?.name} from now on`,
      text: `Your account of Honeyframe Webhooks was linked with ${platform.config.oidc?.name}. Its previous passwords, sessions, and second factors have ended, whoever set them. ${sentence}\n`,
    });
  return ended;
}

/**
 * Whether the account is already linked to another identity of the provider. Providers reassign addresses of people who
 * have left, so the address alone must not link a second person.
 */
export async function hasOtherIdentity({ config, database }: Platform, userId: string): Promise<boolean> {
  const linked = await database.account.findMany({ where: { userId, providerId: OIDC }, select: { idToken: true } });
  // Identities of a previously configured provider no longer give access.
  return linked.some(({ idToken }) => (issuerOf(idToken) ?? config.oidc?.issuer) === config.oidc?.issuer);
}

/**
 * Whether the account has a password. If an address counts only because of OIDC_TRUST_EMAIL, single sign-on must not take
 * over such an account (docs/decisions/054).
 */
export const hasPassword = async ({ database }: Platform, userId: string): Promise<boolean> =>
  (await database.account.count({ where: { userId, providerId: 'credential', password: { not: null } } })) > 0;

function issuerOf(idToken: string | null): string | null {
  try {
    const payload = Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString();
    return z.object({ iss: z.string() }).parse(JSON.parse(payload)).iss.replace(/\/+$/, '');
  } catch {
    return null;
  }
}

/**
 * Called at a sign-in with a linked identity: the account gets the address that the provider vouches for now. If
 * another account has that address, the old one stays and counts as unconfirmed. An account that was never confirmed,
 * or that an admin's link opened since, loses what was set before.
 * @returns what ended
 */
export async function followProvider(platform: Platform, { id, email }: Vouched): Promise<Ended> {
  const user = await platform.database.user.findUniqueOrThrow({ where: { id } });
  if (user.email === email && user.emailVerified) return {};
  if (user.email === email)
    return inTransaction(platform.database, async (tx) => {
      const ended = await endUnproved(tx, user, 'provider_sign_in');
      await tx.user.update({ where: { id }, data: { emailVerified: true } });
      return ended;
    });
  return inTransaction(platform.database, (tx) =>
    setAddress(tx, id, {
      email,
      confirmed: true,
      event: user.emailVerified ? 'address_changed' : 'address_proved',
      details: { by: 'provider' },
    }),
  ).catch(async (error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    platform.log.warn(
      { part: 'sign-in', user_id: id },
      'Another account already has the address that the provider sent',
    );
    await platform.database.user.updateMany({ where: { id, emailVerified: true }, data: { emailVerified: false } });
    return {};
  });
}

async function endUnproved(
  tx: Transaction,
  { id, name, email }: { id: string; name: string; email: string },
  by: 'identity_linked' | 'provider_sign_in',
): Promise<Ended> {
  const ended = await endProofs(tx, 'address_proved', { user_id: id });
  if (Object.keys(ended).length === 0) return ended;
  const member = await tx.member.findFirst({ where: { userId: id }, orderBy: { createdAt: 'asc' } });
  await recordAudit(
    tx,
    { organization_id: member?.organizationId ?? null, actor: { type: 'user', id, name }, ip: null, user_agent: null },
    {
      action: 'user.access_ended',
      severity: 'security',
      target: { type: 'user', id, name: email },
      details: { by, ended },
    },
  );
  return ended;
}
