import { z } from 'zod';
import { idSchema } from '#platform/trpc/fields.ts';
import { pageOf } from '#platform/trpc/paging.ts';
import { router } from '#platform/trpc/procedure.ts';
import { closeGap } from './close-gap.ts';
import { fillGap } from './fill-gap.ts';
import { getGap } from './gap-row.ts';
import { fillInput, gapPreviewSchema, gapSchema, listGapsInput } from './gap-schema.ts';
import { listGaps } from './list-gaps.ts';
import { previewFill } from './preview-fill.ts';
import { sourceProcedure } from './source-scope.ts';

const tag = 'Change stream';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;
const path = '/api/source/gaps';

export const gapsRouter = router({
  list: sourceProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path,
        tag,
        summary: 'List gaps',
        description: 'Periods in which changes of a table created no events, newest first.',
      },
    })
    .input(listGapsInput.prefault({}))
    .output(pageOf(gapSchema))
    .query(({ ctx, input }) => listGaps(ctx.scope, input)),

  get: sourceProcedure
    .meta({ needs: read, rest: { method: 'GET', path: `${path}/{id}`, tag, summary: 'Get a gap' } })
    .input(z.strictObject({ id: idSchema }))
    .output(gapSchema)
    .query(({ ctx, input }) => getGap(ctx.scope, input.id)),

  preview: sourceProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: `${path}/{id}/preview`,
        tag,
        summary: 'Preview how a gap would be filled',
        description: 'Counts the rows and shows the events that they would create. Changes nothing.',
        errors: ['UNAVAILABLE'],
      },
    })
    .input(fillInput)
    .output(gapPreviewSchema)
    .mutation(({ ctx, input }) => previewFill(ctx.scope, input)),

  startFill: sourceProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: `${path}/{id}/fill`,
        status: 202,
        tag,
        summary: 'Fill a gap',
        description:
          'Creates events from the table’s rows as they are now, in the background. If an event for a row’s current state exists already, no second one is created, however often the gap is filled. Deleted rows create no events.',
        errors: ['CONFLICT', 'UNAVAILABLE'],
      },
    })
    .input(fillInput)
    .output(gapSchema)
    .mutation(({ ctx, input }) => fillGap(ctx.scope, input)),

  close: sourceProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: `${path}/{id}/close`,
        tag,
        summary: 'Close a gap without filling it',
        errors: ['CONFLICT'],
      },
    })
    .input(z.strictObject({ id: idSchema }))
    .output(gapSchema)
    .mutation(({ ctx, input }) => closeGap(ctx.scope, input.id)),
});
