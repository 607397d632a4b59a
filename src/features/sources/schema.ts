import { z } from 'zod';
import { CONDITION_TESTS, OPERATIONS } from '#core/sources/change-mapping.ts';
import { eventTypeName } from '#features/event-types/schema.ts';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { textsByName } from '#platform/postgres/json-object.ts';
import { flagField, idSchema, lineField, textField, timeSchema } from '#platform/trpc/fields.ts';

export const sourceSchema = z
  .object({
    state: z.enum(['starting', 'reading', 'paused', 'broken']),
    problem: z.string().nullable().meta({ description: 'What prevents it from reading.' }),
    remedy: z.string().nullable().meta({ description: 'The statement to run on the source.' }),
    warnings: z.array(z.object({ message: z.string(), remedy: z.string().nullable() })),
    address: z.string(),
    is_own: z.boolean().meta({ description: "Whether it is the console's own database." }),
    slot_name: z.string(),
    reader: z.string().nullable().meta({ description: 'The process that is reading: its host name and process id.' }),
    lag_bytes: z.number().nullable(),
    lag_seconds: z.number().nullable(),
    retained_bytes: z
      .number()
      .nullable()
      .meta({ description: "How much write-ahead log the slot retains on the source's disk." }),
    throughput: z.number().meta({ description: 'Changes per second, over the last few seconds.' }),
    changes: z.number(),
    events: z.number(),
    refused: z.number().meta({ description: 'Changes that were not valid events.' }),
    last_refusal: z.string().nullable(),
    last_refusal_at: timeSchema.nullable(),
    last_change_at: timeSchema.nullable(),
    measured_at: timeSchema.nullable(),
    paused_at: timeSchema.nullable(),
    gap_at: timeSchema
      .nullable()
      .meta({ description: 'When a lost slot was replaced. Changes before this time may be missing.' }),
    read_until: timeSchema
      .nullable()
      .meta({ description: "By the source's clock. Everything committed before this time has been read." }),
    needs_new_slot: z
      .boolean()
      .meta({ description: 'Whether the slot is lost and must be replaced with `POST /api/source/new-slot`.' }),
    new_slot_asked_at: timeSchema.nullable(),
    is_failover_slot: z
      .boolean()
      .meta({ description: 'Whether standbys keep a copy of the slot (PostgreSQL 17 and later).' }),
    open_gaps: z
      .int()
      .meta({ description: 'Gaps that have been neither filled nor closed. `GET /api/source/gaps` lists them.' }),
  })
  .meta({ id: 'Source' });

export type SourceInAnswers = z.input<typeof sourceSchema>;

const column = lineField(63, 'the name of a column');

const conditionInput = z.strictObject({
  column,
  test: z.enum(CONDITION_TESTS, `Must be one of ${CONDITION_TESTS.join(', ')}.`),
  value: textField(500)
    .nullish()
    .meta({ description: 'The value as PostgreSQL writes it, such as `paid`, `t`, or `17`. Null stands for NULL.' }),
});

const MEMBER = /^[A-Za-z_]\w{0,62}(\.[A-Za-z_]\w{0,62}){0,3}$/;
const member = z
  .string()
  .regex(MEMBER, 'Names of fields must consist of letters, digits, and _, with dots for nested fields.');

const faultsOf = (schema: z.ZodType, value: string) => schema.safeParse(value).error?.issues ?? [];

const fields = {
  table: z
    .string('Must be the name of a table.')
    .refine(
      (name) => /^[^."\p{Cc}]{1,63}\.[^."\p{Cc}]{1,63}$/u.test(name),
      'Must be a schema and a table, such as public.orders.',
    )
    .meta({ example: 'public.orders' }),
  operations: z
    .array(z.enum(OPERATIONS, `Must be one or more of ${OPERATIONS.join(', ')}.`), 'Must be a list.')
    .min(1, 'Choose at least one.')
    .transform((chosen) => OPERATIONS.filter((one) => chosen.includes(one)))
    .meta({ override: { type: 'array', items: { type: 'string', enum: [...OPERATIONS] } } }),
  conditions: z.array(conditionInput, 'Must be a list.').max(10, 'Must be at most 10 conditions.').default([]),
  event_type: eventTypeName,
  fields: textsByName('Must be an object of field names and columns.')
    .superRefine((given, context) => {
      for (const [name, value] of Object.entries(given))
        for (const issue of [...faultsOf(member, name), ...faultsOf(column, value)])
          context.addIssue({ code: 'custom', path: [name], message: issue.message });
    })
    .refine((given) => Object.keys(given).length <= 100, 'Must be at most 100 fields.')
    .default({})
    .meta({
      description: 'The fields of `data` and the columns that fill them. All columns if empty.',
      propertyNames: { type: 'string', pattern: MEMBER.source },
      additionalProperties: { type: 'string', minLength: 1, maxLength: 63 },
    }),
  organization_column: column.nullish().meta({
    description: 'The column with the id of the organization. If left out, events belong to your own organization.',
  }),
};

export const mappingInput = z.strictObject(fields);
export const updateMappingInput = z.strictObject({
  id: idSchema,
  ...z
    .strictObject({
      ...fields,
      conditions: fields.conditions.unwrap(),
      fields: fields.fields.unwrap(),
      enabled: flagField(),
    })
    .partial().shape,
  ...preconditionInput,
});

export const mappingSchema = z
  .object({
    id: idSchema.nullable().meta({ description: 'Null for built-in mappings.' }),
    table: z.string(),
    operations: z.array(z.enum(OPERATIONS)),
    conditions: z.array(
      z.object({ column: z.string(), test: z.enum(CONDITION_TESTS), value: z.string().nullable().optional() }),
    ),
    event_type: z.string(),
    fields: z.record(z.string(), z.string()),
    organization_column: z.string().nullable(),
    enabled: z.boolean(),
    version: versionSchema.nullable(),
  })
  .meta({ id: 'SourceMapping' });

export type Mapping = z.input<typeof mappingSchema>;

export const previewSchema = z.object({
  basis: z
    .enum(['changes', 'rows', 'nothing'])
    .meta({ description: 'Recent changes of the table, or its rows as if they had just been inserted.' }),
  looked_at: z.int(),
  items: z.array(
    z.object({
      at: timeSchema.nullable(),
      operation: z.enum(OPERATIONS),
      data: z.unknown(),
      problem: z.string().nullable(),
    }),
  ),
});
