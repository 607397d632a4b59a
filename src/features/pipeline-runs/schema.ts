import { z } from 'zod';
import { nameSchema } from '#features/people/auth/schema.ts';
import { givenTime, idSchema, searchText, timeSchema } from '#platform/trpc/paging.ts';

export const RUN_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

const statusSchema = z.enum(RUN_STATUSES, `Give one of ${RUN_STATUSES.join(', ')}.`);

export const runSchema = z
  .object({
    id: idSchema,
    recipe_id: z.string(),
    recipe_name: z.string(),
    dataset_id: z.string().nullable(),
    status: statusSchema,
    started_at: timeSchema.nullable(),
    finished_at: timeSchema.nullable(),
    trigger: z.string().nullable().meta({ description: 'What started it: `schedule`, `manual`, `api`, …' }),
    error: z.string().nullable(),
    rows_in: z.int().nullable(),
    rows_out: z.int().nullable(),
    created_at: timeSchema,
    changed_at: timeSchema.meta({ description: 'When anything of it changed last.' }),
  })
  .meta({ id: 'PipelineRun' });

export type PipelineRun = z.input<typeof runSchema>;

const foreignId = z
  .string('Give an id as text.')
  .min(1, 'Give an id.')
  .max(200, 'Give at most 200 characters.')
  .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), 'Give an id without control characters.');
const count = z
  .int('Give a whole number.')
  .nonnegative('Give a number that is not negative.')
  .nullish()
  .meta({ description: 'A number of rows.' });

const fields = {
  recipe_id: foreignId,
  recipe_name: nameSchema(200),
  dataset_id: foreignId.nullish(),
  status: statusSchema,
  started_at: givenTime.nullish().meta({ description: 'Now when left out and it is running.' }),
  finished_at: givenTime.nullish().meta({ description: 'Now when left out and it has ended.' }),
  trigger: nameSchema(200).nullish(),
  error: z
    .string('Must be a string.')
    .max(20_000, 'Give at most 20,000 characters.')
    .refine((text) => !text.includes('\u0000') && text.isWellFormed(), 'Leave out U+0000 and half surrogate pairs.')
    .nullish(),
  rows_in: count,
  rows_out: count,
};

export const createRunInput = z.strictObject(fields).meta({
  id: 'CreatePipelineRun',
  examples: [{ recipe_id: 'recipe-17', recipe_name: 'Join orders with customers', status: 'running' }],
});

export const updateRunInput = z.strictObject({
  id: idSchema,
  ...z.strictObject(fields).partial().shape,
});

export const runFilters = {
  status: statusSchema.optional(),
  recipe_id: foreignId.optional(),
  search: searchText.optional().meta({ description: "The recipe's id, or a part of its name." }),
  since: givenTime.optional().meta({ description: 'Changed at this time or later.' }),
  until: givenTime.optional().meta({ description: 'Changed before this time.' }),
};

export type RunFilters = {
  status?: RunStatus | undefined;
  recipe_id?: string | undefined;
  search?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
};
