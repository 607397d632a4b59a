import { z } from 'zod';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { idSchema, timeSchema } from '#platform/trpc/fields.ts';
import { API_KEY_SCOPES, ROLES } from '#platform/trpc/procedure.ts';
import { PASSWORD_LENGTH } from './auth.ts';
import { emailSchema } from './email.ts';
import { NOTICE_KINDS } from './security-notices.ts';

/**
 * A name that people read: trimmed, with visible characters, without control characters, and storable in PostgreSQL (no
 * lone surrogates). Characters that override the writing direction are refused, because they would also reverse the
 * text beside the name.
 */
export const nameSchema = (most: number) =>
  z
    .string()
    .trim()
    .min(1, 'Enter a name.')
    .max(most, `Must be at most ${most} characters.`)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'Must not contain line breaks or control characters.')
    .refine(
      (name) => name === '' || isReadable(name),
      'Must contain visible characters, and no characters that change the writing direction.',
    );

const isReadable = (name: string): boolean =>
  /[^\p{Default_Ignorable_Code_Point}\p{Z}\p{Cf}]/u.test(name) && !/[\u202A-\u202E\u2066-\u2069]/.test(name);

export const actorSchema = z.object({
  type: z.enum(['user', 'api_key', 'agent', 'system']),
  id: z.string(),
  name: z.string(),
});

const role = z.enum(ROLES);
const scopes = z.array(z.enum(API_KEY_SCOPES));

export const apiKeySchema = z.object({
  id: idSchema,
  name: z.string(),
  prefix: z.string(),
  scopes,
  created_by: actorSchema,
  created_at: timeSchema,
  expires_at: timeSchema.nullable(),
  last_used_at: timeSchema.nullable(),
  revoked_at: timeSchema.nullable(),
});

export const listedApiKeySchema = apiKeySchema.extend({
  /** The person who created it is no longer a member, so somebody should check whether it is still needed. */
  maker_left: z.boolean(),
});

export const createApiKeyInput = z.strictObject({
  name: nameSchema(80),
  scopes: scopes
    .min(1, 'Choose at least one scope.')
    .transform((chosen) => API_KEY_SCOPES.filter((scope) => chosen.includes(scope))),
  expires_at: z.iso
    .datetime('Must be a time such as 2027-01-31T00:00:00Z.')
    .transform((text) => new Date(text))
    .refine((date) => date > new Date(), 'Must be in the future.')
    .nullish(),
});

const slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use lowercase letters, digits, and single hyphens.')
  .max(60, 'Use at most 60 characters.');

export const organizationSchema = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  created_at: timeSchema,
  role: role.nullable(),
  /** Whether people who sign in with a password must also use a second factor. */
  require_two_factor: z.boolean(),
  version: versionSchema,
});

export const createOrganizationInput = z.strictObject({ name: nameSchema(80) });

export const updateOrganizationInput = z.strictObject({
  name: nameSchema(80).optional(),
  slug: slug.optional(),
  /** Only an owner who uses a second factor can change this. */
  require_two_factor: z.boolean().optional(),
  ...preconditionInput,
});

/** The ways to sign in that the page offers. */
export const signInOptionsSchema = z.object({
  password: z.boolean(),
  /** Whether a link for a forgotten password can be mailed. */
  mail: z.boolean(),
  /** The provider's name on the single sign-on button; null without single sign-on. */
  sso: z.string().nullable(),
});

export const requestResetInput = z.strictObject({ email: z.email('Enter your e-mail address.').max(200) });

export const sessionSchema = z.object({
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    /** Whether a mailed link or a provider proved the address. */
    email_confirmed: z.boolean(),
  }),
  organization: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
  /** All organizations of the person, by name. */
  organizations: z.array(z.object({ id: z.string(), name: z.string() })),
  role,
  /** The organization requires a second factor and the person has none, so only the account page is available. */
  lacks_two_factor: z.boolean(),
  /** CSP reports belong to the installation, and only its first organization can see them. */
  sees_csp_reports: z.boolean(),
  /** Whether the session is fresh, so that keys, secrets, and people can be changed without confirming one's identity first. */
  is_fresh: z.boolean(),
  /** Notices about the account that its person has not dismissed. */
  security_notices: z.array(z.object({ kind: z.enum(NOTICE_KINDS), first_at: timeSchema, last_at: timeSchema })),
});

export const completeSetUpInput = z.strictObject({
  token: z.string(),
  name: nameSchema(80),
  email: emailSchema,
  password: z
    .string()
    .min(PASSWORD_LENGTH.least, `Use at least ${PASSWORD_LENGTH.least} characters.`)
    .max(PASSWORD_LENGTH.most, `Use at most ${PASSWORD_LENGTH.most} characters.`),
  organization_name: nameSchema(80),
});
