import { z } from 'zod';
import { PASSWORD_LENGTH } from '#features/auth/auth.ts';
import { nameSchema } from '#features/auth/schema.ts';
import { idSchema, timeSchema } from '#platform/paging.ts';
import { ROLES } from '#platform/procedure.ts';

const role = z.enum(ROLES, `Give one of ${ROLES.join(', ')}.`);

export const memberSchema = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  role,
  two_factor: z.boolean(),
  created_at: timeSchema,
});

export const inviteInput = z.strictObject({
  email: z
    .email('Give an e-mail address.')
    .max(200, 'Give an e-mail address of at most 200 characters.')
    .transform((email) => email.toLowerCase()),
  role,
});

export const changeRoleInput = z.strictObject({ id: idSchema, role });

export const invitationSchema = z.object({
  id: idSchema,
  email: z.string(),
  role,
  created_at: timeSchema,
  expires_at: timeSchema,
  /** The console's path that accepts it. Whoever has it can join with this address. */
  path: z.string(),
});

export const newInvitationSchema = invitationSchema.extend({
  /** Whether the link was mailed; `off` without a mail server. */
  mail: z.enum(['sent', 'failed', 'off']),
});

const token = z.string('Give the token of the link.').max(200, 'Open the whole link, as it was given to you.');
export const invitationTokenInput = z.strictObject({ token });

/** What the page of an invitation shows to whoever has its link. */
export const openInvitationSchema = z.object({
  organization: z.string(),
  email: z.string(),
  role,
  expires_at: timeSchema,
  /** Whether there is an account with this address, and whether its owner asks. */
  account: z.enum(['none', 'exists', 'signed_in']),
});

export const acceptInvitationInput = z.strictObject({
  token,
  name: nameSchema(80).optional(),
  password: z.string().max(PASSWORD_LENGTH.most, `Use at most ${PASSWORD_LENGTH.most} characters.`).optional(),
});
