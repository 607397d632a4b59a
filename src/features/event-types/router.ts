import { z } from 'zod';
import { pageOf } from '#platform/trpc/paging.ts';
import { procedure, router } from '#platform/trpc/procedure.ts';
import { deleteEventType } from './delete-event-type.ts';
import { listEventTypes } from './event-types.ts';
import { putEventType, updateEventType } from './put-event-type.ts';
import { eventTypeName, eventTypeSchema, putEventTypeInput, updateEventTypeInput } from './schema.ts';

const tag = 'Events';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;

export const eventTypesRouter = router({
  list: procedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/event-types',
        tag,
        summary: 'List event types',
        description: 'The built-in event types, followed by your own, sorted by name. All on one page.',
      },
    })
    .output(pageOf(eventTypeSchema))
    .query(({ ctx }) => listEventTypes(ctx.scope)),

  put: procedure
    .meta({
      needs: write,
      rest: {
        method: 'PUT',
        path: '/api/event-types/{name}',
        tag,
        summary: 'Create or replace an event type',
        description: 'Events that were already published don’t change.',
      },
    })
    .input(putEventTypeInput)
    .output(eventTypeSchema)
    .mutation(({ ctx, input }) => putEventType(ctx.scope, input)),

  update: procedure
    .meta({
      needs: write,
      rest: {
        method: 'PATCH',
        path: '/api/event-types/{name}',
        tag,
        summary: 'Change an event type of your own',
        description: 'Fields that are left out keep their values. Events that were already published don’t change.',
        versioned: true,
      },
    })
    .input(updateEventTypeInput)
    .output(eventTypeSchema)
    .mutation(({ ctx, input }) => updateEventType(ctx.scope, input)),

  delete: procedure
    .meta({
      needs: write,
      rest: {
        method: 'DELETE',
        path: '/api/event-types/{name}',
        status: 204,
        tag,
        summary: 'Delete an event type of your own',
      },
    })
    .input(z.strictObject({ name: eventTypeName }))
    .output(z.void())
    .mutation(({ ctx, input }) => deleteEventType(ctx.scope, input.name)),
});
