import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';

const HOURS_VALID = 24;

type Link = {
  kind: 'reset' | 'change_email';
  /** How the link reaches the person: by mail, through an admin who sees it, or through the console's operator. */
  via: 'mail' | 'shown' | 'command_line';
  userId: string;
  /** The new address, if the link changes it. */
  email?: string;
  /** The admin who creates it for a member of this organization. */
  madeById?: string;
  organizationId?: string;
};

/** The hash, so that reading the database reveals no valid token. */
export const hashIdentifier = (identifier: string) => createHash('sha256').update(identifier).digest('base64url');

const identifierOf = (kind: Link['kind'], token: string) => hashIdentifier(`${kind}:${token}`);

/**
 * Creates a link that works once and expires after 24 hours, unless an event ends it earlier (see proofs.ts).
 * @returns its token
 */
export async function createLink(tx: Transaction, link: Link): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await tx.verification.create({
    data: {
      ...link,
      identifier: identifierOf(link.kind, token),
      value: link.userId,
      expiresAt: new Date(Date.now() + HOURS_VALID * 3_600_000),
    },
  });
  return token;
}

/** @returns the link if it is still valid, with its person; null for any other token. */
export async function findLink({ database }: Pick<Platform, 'database'>, kind: Link['kind'], token: string) {
  const link = await database.verification.findFirst({
    where: { kind, identifier: identifierOf(kind, token), expiresAt: { gt: new Date() } },
    include: { user: true },
  });
  return link?.user ? { ...link, user: link.user } : null;
}

/**
 * Uses the link up. Only the first caller succeeds.
 * @returns whether it was still available.
 */
export async function takeLink(tx: Transaction, id: string): Promise<boolean> {
  const { count } = await tx.verification.deleteMany({ where: { id, expiresAt: { gt: new Date() } } });
  return count > 0;
}
