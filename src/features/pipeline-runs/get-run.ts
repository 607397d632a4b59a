import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { toRun } from './row.ts';
import type { PipelineRun } from './schema.ts';

/** @throws Refusal NOT_FOUND */
export async function getRun({ platform, organization_id }: Scope, id: string): Promise<PipelineRun> {
  const row = await platform.database.pipelineRun.findFirst({ where: { id, organization_id } });
  if (!row) throw notFound('pipeline run');
  return toRun(row);
}
