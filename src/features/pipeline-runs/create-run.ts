import type { z } from 'zod';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { toRun } from './row.ts';
import { timesOf } from './run-times.ts';
import type { createRunInput, PipelineRun } from './schema.ts';

/** Stores a run that the platform began. */
export async function createRun(
  { platform, organization_id }: Scope,
  given: z.output<typeof createRunInput>,
): Promise<PipelineRun> {
  return toRun(
    await inTransaction(platform.database, (tx) =>
      tx.pipelineRun.create({
        data: {
          organization_id,
          recipe_id: given.recipe_id,
          recipe_name: given.recipe_name,
          dataset_id: given.dataset_id ?? null,
          status: given.status,
          started_at: given.started_at ?? null,
          finished_at: given.finished_at ?? null,
          trigger: given.trigger ?? null,
          error: given.error ?? null,
          rows_in: given.rows_in ?? null,
          rows_out: given.rows_out ?? null,
          ...timesOf(given.status, given, new Date()),
        },
      }),
    ),
  );
}
