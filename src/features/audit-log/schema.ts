import { z } from 'zod';
import { actorSchema } from '#features/people/auth/schema.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { givenTime, idSchema, searchText, timeSchema } from '#platform/trpc/paging.ts';

export const SEVERITIES = ['info', 'security'] as const;

export const auditEntrySchema = z
  .object({
    id: idSchema,
    at: timeSchema,
    actor: actorSchema,
    action: z.string(),
    target: z.object({ type: z.string(), id: z.string(), name: z.string() }),
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    severity: z.enum(SEVERITIES),
    details: jsonObject().meta({ description: 'What there is to say beside; without secrets.' }),
  })
  .meta({ id: 'AuditEntry' });

export type AuditEntry = z.input<typeof auditEntrySchema>;

const textFilter = (what: string) =>
  z
    .string()
    .trim()
    .min(1, `Give ${what}, or leave it out.`)
    .max(200, 'Give at most 200 characters.')
    .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), `Give ${what}, without control characters.`);

export const auditFilters = {
  action: textFilter('an action')
    .optional()
    .meta({ description: 'Such as `api_key.created`; `api_key.*` for all of a kind.' }),
  actor: textFilter('an id or a name').optional().meta({ description: 'The id of who acted, or a part of the name.' }),
  target: textFilter('an id or a name')
    .optional()
    .meta({ description: 'The id of what it was done to, or a part of its name.' }),
  search: searchText
    .optional()
    .meta({ description: 'A part of the action or of a name, or an id or an address as a whole.' }),
  severity: z.enum(SEVERITIES, 'Give info or security.').optional(),
  since: givenTime.optional().meta({ description: 'At this time or later.' }),
  until: givenTime.optional().meta({ description: 'Before this time.' }),
};

export type AuditFilters = {
  action?: string | undefined;
  actor?: string | undefined;
  target?: string | undefined;
  search?: string | undefined;
  severity?: (typeof SEVERITIES)[number] | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
};

export const auditIntegritySchema = z
  .object({
    entries: z.int(),
    anchor: z.string().nullable().meta({
      description:
        'Where the log ends now: the number of the last entry and its hash. Kept elsewhere, it proves later that nothing before it was taken out (`audit verify --anchor`).',
      example: '1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
    checked_at: timeSchema
      .nullable()
      .meta({ description: 'When its end and what is new were last looked at: each hour.' }),
    verified_at: timeSchema.nullable().meta({ description: 'When every hash was last computed again: each night.' }),
    broken: z.string().nullable().meta({ description: 'What was found wrong, in words; null when nothing was.' }),
    broken_at: timeSchema.nullable(),
    accepted: z
      .array(
        z.object({
          position: z.int().meta({ description: 'The number of the altered entry in the log.' }),
          entry_id: z.string().nullable().meta({ description: 'null where the link is gone.' }),
          what: z.string(),
          reason: z.string(),
          accepted_at: timeSchema,
        }),
      )
      .meta({ description: 'Alterations that `audit accept` accepted, oldest first.' }),
    installation_broken: z
      .string()
      .nullable()
      .meta({ description: 'The same for the entries that concern no organization.' }),
  })
  .meta({ id: 'AuditIntegrity' });
