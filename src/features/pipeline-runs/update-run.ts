import type { z } from 'zod';
import { inTransaction, untilAnswered } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { getRun } from './get-run.ts';
import { timesOf } from './run-times.ts';
import type { PipelineRun, updateRunInput } from './schema.ts';

/**
 * Changes what is given of a run; null empties a field.
 * @throws Refusal NOT_FOUND
 */
export async function updateRun(scope: Scope, { id, ...given }: z.output<typeof updateRunInput>): Promise<PipelineRun> {
  const { platform, organization_id } = scope;
  const before = await getRun(scope, id);
  const known = {
    started_at: given.started_at ?? before.started_at,
    finished_at: given.finished_at ?? before.finished_at,
  };
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const { count } = await inTransaction(platform.database, (tx) =>
    tx.pipelineRun.updateMany({
      where: { id, organization_id },
      data: { ...changes, ...(given.status ? timesOf(given.status, known, new Date()) : {}) },
    }),
  );
  if (count === 0) throw notFound('pipeline run');
  return untilAnswered(() => getRun(scope, id));
}
