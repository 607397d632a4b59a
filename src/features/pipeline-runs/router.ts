import { z } from 'zod';
import { feedInput, feedOf } from '#platform/feed.ts';
import { Download } from '#platform/http/download.ts';
import { EXPORT_TYPES } from '#platform/http/export-rows.ts';
import { idSchema } from '#platform/trpc/fields.ts';
import { procedure, router } from '#platform/trpc/procedure.ts';
import { createRun } from './create-run.ts';
import { exportRuns } from './export-runs.ts';
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
        summary: 'List or poll pipeline runs',
        description: 'With `order=asc`, a run appears once for each change of its status, as it was at that time.',
        etag: true,
      },
    })
    .input(z.strictObject({ ...feedInput, ...runFilters }).prefault({}))
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
        description: 'Newest first. The download contains all matching entries, however many there are.',
        file: EXPORT_TYPES,
      },
    })
    .input(
      z
        .strictObject({ format: z.enum(['ndjson', 'csv'], 'Must be ndjson or csv.').default('ndjson'), ...runFilters })
        .prefault({}),
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
        summary: 'Report a run',
        description:
          'The change stream publishes its events: `recipe.run.started`, `recipe.run.succeeded`, and `recipe.run.failed`.',
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
        summary: 'Update a run',
        description: 'Fields that are left out keep their values.',
      },
    })
    .input(updateRunInput)
    .output(runSchema)
    .mutation(({ ctx, input }) => updateRun(ctx.scope, input)),
});
