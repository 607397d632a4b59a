import { z } from 'zod';
import { CONDITION_TESTS, OPERATIONS } from '#core/sources/change-mapping.ts';
import { eventTypeName } from '#features/event-types/schema.ts';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { textsByName } from '#platform/postgres/json-object.ts';
import { idSchema, timeSchema } from '#platform/trpc/paging.ts';

export const sourceSchema = z
  .object({
    state: z.enum(['starting', 'reading', 'paused', 'broken']),
    problem: z.string().nullable().meta({ description: 'What keeps it from reading.' }),
    remedy: z.string().nullable().meta({ description: 'The statement to run on the source.' }),
    warnings: z.array(z.object({ message: z.string(), remedy: z.string().nullable() })),
    address: z.string(),
    is_own: z.boolean().meta({ description: "Whether it is the console's own database." }),
    slot_name: z.string(),
    reader: z.string().nullable().meta({ description: 'The process that reads: its machine and process id.' }),
    lag_bytes: z.number().nullable(),
    lag_seconds: z.number().nullable(),
    retained_bytes: z.number().nullable().meta({ description: "What the slot holds of the source's disk." }),
    throughput: z.number().meta({ description: 'Changes a second, over the last seconds.' }),
    changes: z.number(),
    events: z.number(),
    refused: z.number().meta({ description: 'Changes that made no valid event.' }),
    last_refusal: z.string().nullable(),
    last_refusal_at: timeSchema.nullable(),
    last_change_at: timeSchema.nullable(),
    measured_at: timeSchema.nullable(),
    paused_at: timeSchema.nullable(),
    gap_at: timeSchema
      .nullable()
      .meta({ description: 'When a lost slot was made anew: changes before it may be missing.' }),
    read_until: timeSchema
      .nullable()
      .meta({ description: "By the source's clock: everything that was committed before is read." }),
    needs_new_slot: z
      .boolean()
      .meta({ description: 'Whether the slot is lost, so that only a new one helps: `POST /api/source/new-slot`.' }),
    new_slot_asked_at: timeSchema.nullable(),
    is_failover_slot: z
      .boolean()
      .meta({ description: 'Whether standbys keep a copy of the slot (PostgreSQL 17 and later).' }),
    open_gaps: z.int().meta({ description: 'Gaps that nobody has filled or closed yet: `GET /api/source/gaps`.' }),
  })
  .meta({ id: 'Source' });

export type SourceInAnswers = z.input<typeof sourceSchema>;

const column = z
  .string('Give the name of a column.')
  .min(1, 'Give the name of a column.')
  .max(63, 'Give at most 63 characters.')
  .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), 'Give the name without control characters.');

const conditionInput = z.strictObject({
  column,
  test: z.enum(CONDITION_TESTS, `Give one of ${CONDITION_TESTS.join(', ')}.`),
  value: z
    .string('Must be a string.')
    .max(500, 'Give at most 500 characters.')
    .nullish()
    .meta({ description: 'As PostgreSQL writes it: `paid`, `t`, `17`. Null is NULL.' }),
});

const MEMBER = /^[A-Za-z_]\w{0,62}(\.[A-Za-z_]\w{0,62}){0,3}$/;
const member = z.string().regex(MEMBER, 'Name members in letters, digits and _, with dots for what is nested.');

const faultsOf = (schema: z.ZodType, value: string) => schema.safeParse(value).error?.issues ?? [];

const fields = {
  table: z
    .string('Give a table.')
    .refine((name) => /^[^."\p{Cc}]{1,63}\.[^."\p{Cc}]{1,63}$/u.test(name), 'Give schema and table: public.orders.')
    .meta({ example: 'public.orders' }),
  operations: z
    .array(z.enum(OPERATIONS, `Give some of ${OPERATIONS.join(', ')}.`), 'Give a list.')
    .min(1, 'Choose at least one.')
    .transform((chosen) => OPERATIONS.filter((one) => chosen.includes(one)))
    .meta({ override: { type: 'array', items: { type: 'string', enum: [...OPERATIONS] } } }),
  conditions: z.array(conditionInput, 'Give a list.').max(10, 'Give at most 10 conditions.').default([]),
  event_type: eventTypeName,
  fields: textsByName('Give an object of members and columns.')
    .superRefine((given, context) => {
      for (const [name, value] of Object.entries(given))
        for (const issue of [...faultsOf(member, name), ...faultsOf(column, value)])
          context.addIssue({ code: 'custom', path: [name], message: issue.message });
    })
    .refine((given) => Object.keys(given).length <= 100, 'Give at most 100 members.')
    .default({})
    .meta({
      description: 'Members of `data` and the columns that fill them; all columns when empty.',
      propertyNames: { type: 'string', pattern: MEMBER.source },
      additionalProperties: { type: 'string', minLength: 1, maxLength: 63 },
    }),
  organization_column: column
    .nullish()
    .meta({ description: 'The column with the id of the organization; your own organization when left out.' }),
};

export const mappingInput = z.strictObject(fields);
export const updateMappingInput = z.strictObject({
  id: idSchema,
  ...z
    .strictObject({
      ...fields,
      conditions: fields.conditions.unwrap(),
      fields: fields.fields.unwrap(),
      enabled: z.boolean('Give true or false.'),
    })
    .partial().shape,
  ...preconditionInput,
});

export const mappingSchema = z
  .object({
    id: idSchema.nullable().meta({ description: 'Null for what is built in.' }),
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
    .meta({ description: 'Recent changes of the table, or its rows as if they were new.' }),
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
