import { z } from 'zod';
import { feedInput, feedOf } from '#platform/feed.ts';
import { Download } from '#platform/http/download.ts';
import { idSchema } from '#platform/trpc/paging.ts';
import { procedure, router } from '#platform/trpc/procedure.ts';
import { createRun } from './create-run.ts';
import { EXPORT_TYPES, exportRuns } from './export-runs.ts';
import { getRun } from './get-run.ts';
import { listRuns } from './list-runs.ts';
import { createRunInput, runFilters, runSchema, updateRunInput } from './schema.ts';
import { updateRun } from './update-run.ts';

const tag = 'Pipeline runs';
const read = { role: 'member', scope: 'read' } as const;
const publish = { role: 'admin', scope: 'publish' } as const;

export const pipelineRunsRouter = router({
  list: procedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/pipeline/runs',
        tag,
        summary: 'List runs, or poll for their changes',
        description: 'With `order=asc` a run appears for each change of its status, as it was then.',
        etag: true,
      },
    })
    .input(z.strictObject({ ...feedInput, ...runFilters }))
    .output(feedOf(runSchema))
    .query(({ ctx, input }) => listRuns(ctx.scope, input)),

  export: procedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/pipeline/runs/export',
        tag,
        summary: 'Download runs',
        description: 'Newest first, as long as it takes.',
        file: EXPORT_TYPES,
      },
    })
    .input(
      z.strictObject({ format: z.enum(['ndjson', 'csv'], 'Give ndjson or csv.').default('ndjson'), ...runFilters }),
    )
    .output(z.instanceof(Download))
    .query(({ ctx, input }) => exportRuns(ctx.scope, input)),

  get: procedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/pipeline/runs/{id}', tag, summary: 'Get a run' },
    })
    .input(z.strictObject({ id: idSchema }))
    .output(runSchema)
    .query(({ ctx, input }) => getRun(ctx.scope, input.id)),

  create: procedure
    .meta({
      needs: publish,
      rest: {
        method: 'POST',
        path: '/api/pipeline/runs',
        status: 201,
        tag,
        summary: 'Tell of a run',
        description: 'The change stream makes the events of it: `recipe.run.started`, `.succeeded` and `.failed`.',
      },
    })
    .input(createRunInput)
    .output(runSchema)
    .mutation(({ ctx, input }) => createRun(ctx.scope, input)),

  update: procedure
    .meta({
      needs: publish,
      rest: {
        method: 'PATCH',
        path: '/api/pipeline/runs/{id}',
        tag,
        summary: 'Tell how a run goes on',
        description: 'What is left out stays.',
      },
    })
    .input(updateRunInput)
    .output(runSchema)
    .mutation(({ ctx, input }) => updateRun(ctx.scope, input)),
});
