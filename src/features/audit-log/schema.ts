import { z } from 'zod';
import { actorSchema } from '#features/people/auth/schema.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { filterField, givenTime, idSchema, searchText, timeSchema } from '#platform/trpc/fields.ts';

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
    details: jsonObject().meta({ description: 'Details of the action. Never contains secrets.' }),
  })
  .meta({ id: 'AuditEntry' });

export type AuditEntry = z.input<typeof auditEntrySchema>;

const textFilter = (what: string) => filterField(what, 200);

export const auditFilters = {
  action: textFilter('an action').optional().meta({
    description: 'An action such as `api_key.created`, or `api_key.*` for all actions that start with `api_key.`.',
  }),
  actor: textFilter('an id or a name').optional().meta({ description: 'The id of the actor, or part of their name.' }),
  target: textFilter('an id or a name').optional().meta({ description: 'The id of the target, or part of its name.' }),
  search: searchText.optional().meta({ description: 'Part of an action or a name, or a complete id or IP address.' }),
  severity: z.enum(SEVERITIES, 'Must be info or security.').optional(),
  since: givenTime.optional().meta({ description: 'Only entries at or after this time.' }),
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
        'The number and the hash of the last entry. If you keep it outside the console, `audit verify --anchor` can prove later that no earlier entry was removed.',
      example: '1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
    checked_at: timeSchema
      .nullable()
      .meta({ description: 'When the end of the log and its new entries were last checked. This happens every hour.' }),
    verified_at: timeSchema
      .nullable()
      .meta({ description: 'When every hash was last recomputed. This happens every night.' }),
    broken: z.string().nullable().meta({ description: 'What the check found wrong, in words. Null if nothing.' }),
    broken_at: timeSchema.nullable(),
    accepted: z
      .array(
        z.object({
          position: z.int().meta({ description: 'The number of the altered entry in the log.' }),
          entry_id: z.string().nullable().meta({ description: 'Null if the link is missing.' }),
          what: z.string(),
          reason: z.string(),
          accepted_at: timeSchema,
        }),
      )
      .meta({ description: 'Alterations accepted with `audit accept`, oldest first.' }),
    installation_broken: z
      .string()
      .nullable()
      .meta({ description: 'The same, for entries that belong to no organization.' }),
  })
  .meta({ id: 'AuditIntegrity' });
