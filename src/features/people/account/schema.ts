import { z } from 'zod';
import { PASSWORD_LENGTH } from '#features/people/auth/auth.ts';
import { emailSchema } from '#features/people/auth/email.ts';
import { NOTICE_KINDS } from '#features/people/auth/security-notices.ts';
import { timeSchema } from '#platform/trpc/fields.ts';

export const openSessionSchema = z.object({
  id: z.string(),
  /** The browser that its `User-Agent` names. */
  browser: z.string(),
  ip: z.string().nullable(),
  created_at: timeSchema,
  /** Updated at most every five minutes. */
  used_at: timeSchema,
  /** Whether this is the session of the request. */
  current: z.boolean(),
});

export const twoFactorSchema = z.object({
  enabled: z.boolean(),
  /** How many of the ten codes are left. */
  recovery_codes_left: z.int(),
  /** People without a password sign in through the provider, which asks for the second factor. */
  has_password: z.boolean(),
});

export const changeEmailInput = z.strictObject({
  email: emailSchema,
  password: z.string('Enter your password.').min(1, 'Enter your password.').max(PASSWORD_LENGTH.most),
});

export const confirmEmailInput = z.strictObject({
  token: z.string().max(200, 'Open the complete link from the email.'),
});

export const changePasswordInput = z.strictObject({
  current_password: z.string('Enter your password.').min(1, 'Enter your password.').max(PASSWORD_LENGTH.most),
  new_password: z
    .string('Enter a new password.')
    .min(PASSWORD_LENGTH.least, `Use at least ${PASSWORD_LENGTH.least} characters.`)
    .max(PASSWORD_LENGTH.most, `Use at most ${PASSWORD_LENGTH.most} characters.`),
});

/** The ways in which the person can confirm their identity. `sso` is the provider's name. */
export const proofsSchema = z.object({ password: z.boolean(), code: z.boolean(), sso: z.string().nullable() });

export const confirmIdentityInput = z
  .strictObject({
    password: z.string().min(1, 'Enter your password.').max(PASSWORD_LENGTH.most).optional(),
    code: z
      .string()
      .transform((code) => code.replaceAll(/\s/g, ''))
      .pipe(z.string().regex(/^\d{6}$/, 'Enter the six digits that your app shows.'))
      .optional(),
  })
  .refine(({ password, code }) => (password === undefined) !== (code === undefined), {
    message: 'Send either the password or a code.',
  });

export const dismissNoticeInput = z.strictObject({ kind: z.enum(NOTICE_KINDS) });
