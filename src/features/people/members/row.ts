import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import { ROLES } from '#platform/trpc/procedure.ts';
import { invitationPath } from './invitation-token.ts';

type Row = { id: string; email: string; role: string | null; createdAt: Date; expiresAt: Date };

type Holder = { emailVerified: boolean } | null;

/** Whether an account has the address, and whether the address is confirmed. */
export const accountState = (holder: Holder) =>
  holder ? (holder.emailVerified ? ('confirmed' as const) : ('unconfirmed' as const)) : ('none' as const);

export const toInvitation = (platform: Platform, { id, email, role, createdAt, expiresAt }: Row, holder: Holder) => ({
  id,
  email,
  role: z.enum(ROLES).parse(role),
  created_at: createdAt,
  expires_at: expiresAt,
  path: invitationPath(platform, id, 'shown'),
  account: accountState(holder),
});
