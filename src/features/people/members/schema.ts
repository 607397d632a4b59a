import { z } from 'zod';
import { endedSchema } from '#core/ended.ts';
import { PASSWORD_LENGTH } from '#features/people/auth/auth.ts';
import { emailSchema } from '#features/people/auth/email.ts';
import { nameSchema } from '#features/people/auth/schema.ts';
import { idSchema, timeSchema } from '#platform/trpc/fields.ts';
import { ROLES } from '#platform/trpc/procedure.ts';

const role = z.enum(ROLES, `Must be one of ${ROLES.join(', ')}.`);

/** Confirms that the caller knows that the address is unconfirmed, and wants the change anyway. */
const unconfirmed_ok = z.boolean().optional();

export const memberSchema = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  /** Whether a mailed link or a provider proved the address. */
  email_confirmed: z.boolean(),
  role,
  two_factor: z.boolean(),
  created_at: timeSchema,
});

export const inviteInput = z.strictObject({
  email: emailSchema,
  role,
  unconfirmed_ok,
});

export const changeRoleInput = z.strictObject({ id: idSchema, role, unconfirmed_ok });

export const changeMemberEmailInput = z.strictObject({ id: idSchema, email: emailSchema });

/** What ended with a change. */
export const endedOutput = z.object({ ended: endedSchema });

export const invitationSchema = z.object({
  id: idSchema,
  email: z.string(),
  role,
  created_at: timeSchema,
  expires_at: timeSchema,
  /** The console's path for accepting it. Whoever has it can join with this address. */
  path: z.string(),
  /** Whether an account has the address, and whether it is confirmed. */
  account: z.enum(['none', 'confirmed', 'unconfirmed']),
});

export const newInvitationSchema = invitationSchema.extend({
  /** Whether the link was mailed; `off` without a mail server. */
  mail: z.enum(['sent', 'failed', 'off']),
});

const token = z.string('Must be the token of the link.').max(200, 'Open the complete link, as it was sent to you.');
export const invitationTokenInput = z.strictObject({ token });

/** What the page of an invitation shows to people who have its link. */
export const openInvitationSchema = z.object({
  organization: z.string(),
  email: z.string(),
  role,
  expires_at: timeSchema,
  /**
   * Whether there is an account with this address, and whether its owner is the caller. `unconfirmed`: whoever has the
   * mailed link takes the account over.
   */
  account: z.enum(['none', 'exists', 'signed_in', 'unconfirmed']),
  /** The address of somebody else who is signed in. */
  signed_in_as: z.string().nullable(),
});

export const acceptInvitationInput = z.strictObject({
  token,
  name: nameSchema(80).optional(),
  password: z.string().max(PASSWORD_LENGTH.most, `Use at most ${PASSWORD_LENGTH.most} characters.`).optional(),
});

export const acceptedSchema = z.object({
  /** The address to sign in with. */
  email: z.string(),
  /** The id of the organization, to make it the active one. */
  organization_id: z.string(),
  ended: endedSchema,
});
