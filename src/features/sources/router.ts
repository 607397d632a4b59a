import { z } from 'zod';
import { idSchema } from '#platform/trpc/fields.ts';
import { pageOf } from '#platform/trpc/paging.ts';
import { router } from '#platform/trpc/procedure.ts';
import { createMapping } from './create-mapping.ts';
import { deleteMapping } from './delete-mapping.ts';
import { gapsRouter } from './gap-router.ts';
import { getSource } from './get-source.ts';
import { listMappings } from './list-mappings.ts';
import { setPaused } from './pause-source.ts';
import { previewMapping } from './preview-mapping.ts';
import { readTables } from './read-tables.ts';
import { renewSlot } from './renew-slot.ts';
import { mappingInput, mappingSchema, previewSchema, sourceSchema, updateMappingInput } from './schema.ts';
import { sourceProcedure } from './source-scope.ts';
import { updateMapping } from './update-mapping.ts';

const tag = 'Change stream';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;

const mappingsRouter = router({
  list: sourceProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/source/mappings',
        tag,
        summary: 'List mappings',
        description: 'Your own mappings, newest first, followed by the built-in ones. All on one page.',
      },
    })
    .output(pageOf(mappingSchema))
    .query(async ({ ctx }) => ({ items: await listMappings(ctx.scope), next_cursor: null })),

  create: sourceProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/source/mappings',
        status: 201,
        tag,
        summary: 'Create a mapping',
        errors: ['CONFLICT'],
      },
    })
    .input(mappingInput)
    .output(mappingSchema)
    .mutation(({ ctx, input }) => createMapping(ctx.scope, input)),

  update: sourceProcedure
    .meta({
      needs: write,
      rest: {
        method: 'PATCH',
        path: '/api/source/mappings/{id}',
        tag,
        summary: 'Change a mapping',
        description: 'Fields that are left out keep their values.',
        versioned: true,
      },
    })
    .input(updateMappingInput)
    .output(mappingSchema)
    .mutation(({ ctx, input }) => updateMapping(ctx.scope, input)),

  delete: sourceProcedure
    .meta({
      needs: write,
      rest: { method: 'DELETE', path: '/api/source/mappings/{id}', status: 204, tag, summary: 'Delete a mapping' },
    })
    .input(z.strictObject({ id: idSchema }))
    .output(z.void())
    .mutation(({ ctx, input }) => deleteMapping(ctx.scope, input.id)),

  /** Changes nothing. Only for administrators, because it shows rows of the source. */
  preview: sourceProcedure
    .meta({ needs: write })
    .input(mappingInput)
    .output(previewSchema)
    .mutation(({ ctx, input }) => previewMapping(ctx.scope, input)),
});

export const sourcesRouter = router({
  get: sourceProcedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/source', tag, summary: 'Get the state of the change stream' },
    })
    .output(sourceSchema)
    .query(({ ctx }) => getSource(ctx.scope)),

  pause: sourceProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/source/pause',
        tag,
        summary: 'Pause the change stream',
        description: "The slot continues to retain the source's write-ahead log.",
        errors: ['CONFLICT'],
      },
    })
    .input(z.strictObject({}).prefault({}))
    .output(sourceSchema)
    .mutation(({ ctx }) => setPaused(ctx.scope, true)),

  resume: sourceProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/source/resume',
        tag,
        summary: 'Resume the change stream',
        description: 'It continues where it stopped.',
        errors: ['CONFLICT'],
      },
    })
    .input(z.strictObject({}).prefault({}))
    .output(sourceSchema)
    .mutation(({ ctx }) => setPaused(ctx.scope, false)),

  renewSlot: sourceProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/source/new-slot',
        status: 202,
        tag,
        summary: 'Replace a lost slot',
        description:
          'Within seconds, the reader drops the lost slot and creates one that starts now. The changes in between are listed as a gap for each table, which can be filled.',
        errors: ['CONFLICT'],
      },
    })
    .input(z.strictObject({}).prefault({}))
    .output(sourceSchema)
    .mutation(({ ctx }) => renewSlot(ctx.scope)),

  gaps: gapsRouter,

  tables: sourceProcedure
    .meta({ needs: write })
    .output(
      z.object({
        items: z.array(z.object({ name: z.string(), columns: z.array(z.string()), has_identity: z.boolean() })),
      }),
    )
    .query(async ({ ctx }) => ({ items: await readTables(ctx.platform) })),

  mappings: mappingsRouter,
});
