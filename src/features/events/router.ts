import { z } from 'zod';
import { elementSources, memberSource } from '#core/json/json-source.ts';
import { writeJson } from '#core/json/user-json.ts';
import { eventTypeName } from '#features/event-types/schema.ts';
import { filterField, givenTime, idSchema, timeSchema } from '#platform/trpc/fields.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
import { procedure, router } from '#platform/trpc/procedure.ts';
import type { GivenEvent } from './check-event.ts';
import { eraseEventData } from './erase-event-data.ts';
import { getEvent } from './get-event.ts';
import { listEvents } from './list-events.ts';
import { publishEvents } from './publish-events.ts';
import { eventSchema, publishBatchInput, publishedSchema, publishInput, subjectField } from './schema.ts';

type Input = z.output<typeof publishInput>;

/** An event with its data to the letter, where the body of the request is at hand; else as `writeJson` writes it. */
const toGiven = (input: Input, source: string | null): GivenEvent => ({
  event_type: input.event_type,
  data: source ?? writeJson(input.data),
  occurred_at: input.occurred_at ?? null,
  idempotency_key: input.idempotency_key ?? null,
  subject: input.subject ?? null,
});

/** @param body of the request, if it came by REST. */
const givenEvent = (input: Input, body: string | undefined): GivenEvent =>
  toGiven(input, body === undefined ? null : memberSource(body, 'data'));

function givenEvents({ events }: z.output<typeof publishBatchInput>, body: string | undefined): GivenEvent[] {
  const sources = body === undefined ? [] : elementSources(memberSource(body, 'events') ?? '[]');
  return events.map((input, index) => toGiven(input, memberSource(sources[index] ?? '', 'data')));
}

const tag = 'Events';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;
const publish = { role: 'admin', scope: 'publish' } as const;
const byId = z.strictObject({ id: idSchema });
const originOf = (caller: { kind: 'user' | 'api_key' }) => (caller.kind === 'user' ? 'console' : 'api');

export const eventsRouter = router({
  publish: procedure
    .meta({
      needs: publish,
      rest: {
        method: 'POST',
        path: '/api/events',
        status: 202,
        tag,
        summary: 'Publish an event',
        description:
          'The API answers once the event and its deliveries are stored. From then on, each delivery ends as delivered, failed, or cancelled. The idempotency key can also be sent in the header `Idempotency-Key`.',
        errors: ['CONFLICT'],
        headerFields: { 'Idempotency-Key': 'idempotency_key' },
      },
    })
    .input(publishInput)
    .output(publishedSchema)
    .mutation(async ({ ctx, input }) => {
      ctx.platform.quotas.takeEvents(ctx.scope.actor, 1);
      const [published] = await publishEvents(ctx.scope, [givenEvent(input, ctx.body_text)], {
        origin: originOf(ctx.caller),
        isBatch: false,
      });
      if (!published) throw new Error('A publish returned no result.');
      return published;
    }),

  publishBatch: procedure
    .meta({
      needs: publish,
      rest: {
        method: 'POST',
        path: '/api/events/batch',
        status: 202,
        tag,
        summary: 'Publish up to 1,000 events at once',
        maxBodyBytes: 16 * 1024 * 1024,
        errors: ['CONFLICT'],
      },
    })
    .input(publishBatchInput)
    .output(
      z.object({ items: z.array(publishedSchema).meta({ description: 'The results, in the order of the events.' }) }),
    )
    .mutation(async ({ ctx, input }) => {
      ctx.platform.quotas.takeEvents(ctx.scope.actor, input.events.length);
      const given = givenEvents(input, ctx.body_text);
      return { items: await publishEvents(ctx.scope, given, { origin: originOf(ctx.caller), isBatch: true }) };
    }),

  list: procedure
    .meta({ needs: read, rest: { method: 'GET', path: '/api/events', tag, summary: 'List events' } })
    .input(
      z
        .strictObject({
          ...pageInput,
          event_type: eventTypeName.optional(),
          subject: subjectField.optional().meta({ description: 'Only events about this subject.' }),
          search: filterField('an id, a key, or a subject', 255).optional().meta({
            description:
              'The id of an event, an idempotency key of the last 24 hours, a subject, or how a subject begins.',
          }),
          payload_contains: filterField('a text', 255).optional().meta({
            description: 'A text that the payload contains, in lower or upper case. Searched newest first, in parts.',
          }),
          since: givenTime.optional().meta({ description: 'Only events published at or after this time.' }),
          until: givenTime.optional().meta({ description: 'Only events published before this time.' }),
        })
        .prefault({}),
    )
    .output(
      pageOf(eventSchema).extend({
        searched_back_to: timeSchema.nullable().meta({
          description:
            'With `payload_contains`: how far back was searched, if there is more. `next_cursor` continues from there. Otherwise null.',
        }),
      }),
    )
    .query(({ ctx, input }) => listEvents(ctx.scope, input)),

  get: procedure
    .meta({ needs: read, rest: { method: 'GET', path: '/api/events/{id}', tag, summary: 'Get an event' } })
    .input(byId)
    .output(eventSchema)
    .query(({ ctx, input }) => getEvent(ctx.scope, input.id)),

  eraseData: procedure
    .meta({
      needs: write,
      rest: {
        method: 'DELETE',
        path: '/api/events/{id}/data',
        status: 204,
        tag,
        summary: 'Erase the payload of an event',
        description:
          'Its pending deliveries are cancelled, and receivers’ responses are erased too. This can’t be undone.',
      },
    })
    .input(byId)
    .output(z.void())
    .mutation(({ ctx, input }) => eraseEventData(ctx.scope, input.id)),
});
