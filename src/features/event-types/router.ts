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
        description: 'Those that every organization has, and then your own by name. All of them are on one page.',
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
        summary: 'Make an event type, or change it',
        description: 'What was published before stays as it is.',
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
        description: 'What is left out stays. What was published before stays as it is.',
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
