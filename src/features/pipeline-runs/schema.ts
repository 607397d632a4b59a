import { z } from 'zod';
import { nameSchema } from '#features/people/auth/schema.ts';
import { givenTime, idSchema, lineField, searchText, storableField, timeSchema } from '#platform/trpc/fields.ts';

export const RUN_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

const statusSchema = z.enum(RUN_STATUSES, `Must be one of ${RUN_STATUSES.join(', ')}.`);

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
    changed_at: timeSchema.meta({ description: 'When the run last changed.' }),
  })
  .meta({ id: 'PipelineRun' });

export type PipelineRun = z.input<typeof runSchema>;

const foreignId = lineField(200);
const count = z
  .int('Must be a whole number.')
  .nonnegative('Must not be negative.')
  .nullish()
  .meta({ description: 'A number of rows.' });

const fields = {
  recipe_id: foreignId,
  recipe_name: nameSchema(200),
  dataset_id: foreignId.nullish(),
  status: statusSchema,
  started_at: givenTime.nullish().meta({ description: 'Now if left out and the run is running.' }),
  finished_at: givenTime.nullish().meta({ description: 'Now if left out and the run has ended.' }),
  trigger: nameSchema(200).nullish(),
  error: storableField(20_000).nullish(),
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
  search: searchText.optional().meta({ description: "The recipe's id, or part of its name." }),
  since: givenTime.optional().meta({ description: 'Only runs changed at or after this time.' }),
  until: givenTime.optional().meta({ description: 'Only runs changed before this time.' }),
};

export type RunFilters = {
  status?: RunStatus | undefined;
  recipe_id?: string | undefined;
  search?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
};
