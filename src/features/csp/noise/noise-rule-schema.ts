import { z } from 'zod';
import { OWN_RULE } from '#core/csp/noise/own-noise.ts';
import { actorSchema, nameSchema } from '#features/people/auth/schema.ts';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { idSchema, timeSchema } from '#platform/trpc/fields.ts';

/**
 * Schemes, and keywords that reports use instead of one, that a rule can't match, because it would hide what the site
 * itself does.
 */
const NO_SCHEMES = new Set(
  'http https ws wss inline eval wasm-eval self trusted-types-policy trusted-types-sink'.split(' '),
);

const HOST = 'Must be a host, such as cdn.example.com. Its subdomains are included.';
const host = z
  .string(HOST)
  .trim()
  .max(253, HOST)
  .transform((text, context) => {
    const url = /[/\\?#@:\s]/.test(text.replace(/^\[[0-9a-f:.]+\]$/i, '')) ? null : URL.parse(`http://${text}`);
    // As browsers report it: in lower case, other scripts in Punycode. `URL` also reads `1` as 0.0.0.1.
    const name = url?.hostname.replace(/\.$/, '') ?? '';
    const isHost = /^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)$/.test(name) && !/^[\d.]+$/.test(name);
    if (isHost || /^\d+(\.\d+){3}$/.test(text)) return name;
    context.addIssue({ code: 'custom', message: HOST });
    return z.NEVER;
  });

const SCHEME = 'Must be a scheme, such as moz-extension.';
const scheme = z
  .string(SCHEME)
  .trim()
  .toLowerCase()
  .transform((text) => text.replace(/:(\/\/)?$/, ''))
  .pipe(
    z
      .string()
      .regex(/^[a-z][a-z0-9+.-]{0,62}$/, SCHEME)
      .refine((name) => !NO_SCHEMES.has(name), 'This would hide what the site itself does. Limit the rule by hosts.'),
  );

const SAMPLE = 'Must be a piece of code with 4 to 200 characters.';
const sample = z
  .string(SAMPLE)
  .trim()
  .min(4, SAMPLE)
  .max(200, SAMPLE)
  .refine((text) => !/\p{Cc}/u.test(text), 'Must be part of a single line, without control characters.');

const listOf = <Part extends z.ZodType<string>>(part: Part) =>
  z
    .array(part)
    .max(100, 'Must be at most 100.')
    .transform((parts) => [...new Set(parts)]);

const name = nameSchema(80).meta({ description: 'Unique among the rules.', example: 'Tag manager of the old shop' });
const reason = nameSchema(300).meta({
  description: 'A description for people who read the violation.',
  example: 'The old shop loads this until it is shut down.',
});
const hosts = listOf(host).meta({
  description: 'Hosts of the blocked resource or the source file. Their subdomains are included.',
  example: ['tags.example.com'],
});
const schemes = listOf(scheme).meta({
  description: 'Schemes of the blocked resource, the source file, or the page.',
  example: ['acme-desktop'],
});
const samples = listOf(sample).meta({
  description: 'Pieces of code in the sample, or parts of the source file’s name. Case is ignored.',
  example: ['__acmeWidget'],
});

const NO_PART = 'Add at least one host, scheme, or piece of code.';
export const hasPart = (rule: { hosts: unknown[]; schemes: unknown[]; samples: unknown[] }): boolean =>
  rule.hosts.length + rule.schemes.length + rule.samples.length > 0;

export const noiseRuleInput = z
  .strictObject({
    name,
    reason,
    hosts: hosts.default([]),
    schemes: schemes.default([]),
    samples: samples.default([]),
  })
  .refine(hasPart, { path: ['hosts'], error: NO_PART });

export const noPart = { path: ['hosts'], message: NO_PART };

/** `own:` and a UUID, as in violations. */
export const ownRuleIdSchema = z
  .string()
  .toLowerCase()
  .startsWith(OWN_RULE, 'Must be the id of one of your own rules, as the list shows it (own: and a UUID).')
  .transform((id) => id.slice(OWN_RULE.length))
  .pipe(idSchema)
  .meta({ description: 'The id of one of your own rules.', example: 'own:0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21' });

export const updateNoiseRuleInput = z.strictObject({
  id: ownRuleIdSchema,
  name: name.optional(),
  reason: reason.optional(),
  hosts: hosts.optional(),
  schemes: schemes.optional(),
  samples: samples.optional(),
  ...preconditionInput,
});

export const previewNoiseRuleInput = z.strictObject({
  hosts: hosts.default([]),
  schemes: schemes.default([]),
  samples: samples.default([]),
  /** The rule that is being changed. */
  instead_of: ownRuleIdSchema.optional(),
});

const text = z.array(z.string());

/** A rule that classifies violations as noise: a built-in one, or one of an administrator. */
export const noiseRuleSchema = z
  .object({
    id: z.string().meta({
      description: 'The id that violations refer to. The ids of your own rules begin with `own:`.',
      example: 'browser-extension',
    }),
    origin: z.enum(['built_in', 'own']),
    name: z.string(),
    reason: z.string(),
    hosts: text,
    schemes: text,
    samples: text,
    browsers: text.meta({ description: 'Browsers too old for the policy, such as `Chrome < 40`.' }),
    source: z.string().nullable().meta({ description: 'For a built-in rule: the source that describes it.' }),
    legitimate: z
      .string()
      .nullable()
      .meta({ description: 'For a built-in rule: when the violation may concern your site after all.' }),
    created_by: actorSchema.nullable(),
    created_at: timeSchema.nullable(),
    updated_at: timeSchema.nullable(),
    version: versionSchema.nullable(),
  })
  .meta({ id: 'CspNoiseRule' });
