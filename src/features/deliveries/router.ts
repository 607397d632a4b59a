import { z } from 'zod';
import { memberSource } from '#core/json/json-source.ts';
import { writeJson } from '#core/json/user-json.ts';
import { eventTypeName } from '#features/event-types/schema.ts';
import { webhookProcedures } from '#features/webhooks/router.ts';
import { createWebhookInput } from '#features/webhooks/schema.ts';
import { Download } from '#platform/http/download.ts';
import { EXPORT_TYPES } from '#platform/http/export-rows.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { idSchema, timeSchema } from '#platform/trpc/fields.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
import { procedure, router } from '#platform/trpc/procedure.ts';
import { attemptSchema } from './attempt-schema.ts';
import { countDeliveries, deliveryCounts, latestDeliveries } from './count-deliveries.ts';
import { deliveryAsCurl } from './delivery-as-curl.ts';
import { EXPLANATIONS, explainEvent } from './explain-event.ts';
import { exportDeliveries } from './export-deliveries.ts';
import { getDelivery } from './get-delivery.ts';
import { listDeliveries } from './list-deliveries.ts';
import { listEventDeliveries } from './list-event-deliveries.ts';
import { previewFilter } from './preview-filter.ts';
import { recoverDeliveries } from './recover-deliveries.ts';
import { resendEvent } from './resend-event.ts';
import { retryDelivery } from './retry-delivery.ts';
import {
  deliveryDetailSchema,
  deliveryFilterFields,
  deliveryPage,
  deliverySchema,
  recoverInput,
  resentSchema,
  retriedDeliverySchema,
} from './schema.ts';
import { sendTest } from './send-test.ts';
import { tailProcedure } from './tail-deliveries.ts';

const tag = 'Webhooks';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;

/** The procedures of webhooks and of their deliveries. */
export const webhooksRouter = router({
  ...webhookProcedures,

  test: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/webhooks/{id}/test',
        tag,
        summary: 'Send a test event',
        description:
          'Sends a signed example event right away, whatever the webhook’s status and filter, and returns the attempt. It is not retried.',
        errors: ['CONFLICT'],
      },
    })
    .input(
      z.strictObject({
        id: idSchema,
        event_type: eventTypeName
          .optional()
          .meta({ description: 'The first type that the webhook subscribes to if left out.' }),
        data: jsonObject('Must be a JSON object.')
          .optional()
          .meta({ description: 'The example of the event type if left out.' }),
      }),
    )
    .output(attemptSchema)
    .mutation(({ ctx, input: { data, ...input } }) =>
      sendTest(ctx.scope, {
        ...input,
        data: data && (memberSource(ctx.body_text ?? '', 'data') ?? writeJson(data)),
      }),
    ),

  deliveries: procedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/webhooks/{id}/deliveries', tag, summary: 'List the deliveries of a webhook' },
    })
    .input(
      z.strictObject({
        id: idSchema,
        ...pageInput,
        ...deliveryFilterFields,
      }),
    )
    .output(deliveryPage)
    .query(({ ctx, input: { id, ...input } }) => listDeliveries(ctx.scope, { ...input, webhook_id: id })),

  recover: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/webhooks/{id}/recover',
        status: 202,
        tag,
        summary: 'Resend failed and cancelled deliveries',
        description: 'Creates a new delivery for each event of that period that has no pending or delivered one.',
        errors: ['CONFLICT'],
      },
    })
    .input(recoverInput)
    .output(
      z.object({
        count: z.int().meta({ description: 'How many deliveries are sent again, or would be with `dry_run`.' }),
      }),
    )
    .mutation(({ ctx, input }) => recoverDeliveries(ctx.scope, input)),

  explain: procedure
    .meta({ needs: read })
    .input(z.strictObject({ id: idSchema, event_id: idSchema }))
    .output(z.object({ reason: z.enum(EXPLANATIONS), message: z.string(), delivery_id: idSchema.nullable() }))
    .query(({ ctx, input }) => explainEvent(ctx.scope, input)),

  previewFilter: procedure
    .meta({ needs: read })
    .input(createWebhookInput.pick({ event_type: true, filter: true }))
    .output(
      z.object({
        items: z.array(z.object({ id: idSchema, event_type: z.string(), created_at: timeSchema, passes: z.boolean() })),
        passing: z.int(),
      }),
    )
    .query(({ ctx, input }) => previewFilter(ctx.scope, input)),
});

const ofAllWebhooks = { ...deliveryFilterFields, webhook_id: idSchema.optional() };

export const deliveriesRouter = router({
  list: procedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/deliveries',
        tag,
        summary: 'List the deliveries of all webhooks',
        description:
          'Newest first. Filters by webhook, status, and time, and `search`, are looked up in indexes. The others search in parts: see `searched_back_to`.',
        errors: ['NOT_FOUND'],
      },
    })
    .input(z.strictObject({ ...pageInput, ...ofAllWebhooks }).prefault({}))
    .output(deliveryPage)
    .query(({ ctx, input }) => listDeliveries(ctx.scope, input)),

  export: procedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/deliveries/export',
        tag,
        summary: 'Download deliveries',
        description: 'Newest first. The download contains all matching deliveries, however many there are.',
        errors: ['NOT_FOUND'],
        file: EXPORT_TYPES,
      },
    })
    .input(
      z
        .strictObject({
          format: z.enum(['ndjson', 'csv'], 'Must be ndjson or csv.').default('ndjson'),
          ...ofAllWebhooks,
        })
        .prefault({}),
    )
    .output(z.instanceof(Download))
    .query(({ ctx, input }) => exportDeliveries(ctx.scope, input)),

  counts: procedure
    .meta({ needs: read })
    .input(z.strictObject(ofAllWebhooks).prefault({}))
    .output(deliveryCounts)
    .query(({ ctx, input }) => countDeliveries(ctx.scope, input)),

  tail: tailProcedure,

  latest: procedure
    .meta({ needs: read })
    .input(z.strictObject({ ids: z.array(idSchema).max(200), newer_than: idSchema.nullable(), ...ofAllWebhooks }))
    .output(z.object({ items: z.array(deliverySchema), newer: z.int() }))
    .query(({ ctx, input: { ids, newer_than, ...filters } }) => latestDeliveries(ctx.scope, ids, newer_than, filters)),

  ofEvent: procedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/events/{id}/deliveries',
        tag: 'Events',
        summary: 'List the deliveries of an event',
      },
    })
    .input(z.strictObject({ id: idSchema, ...pageInput }))
    .output(pageOf(deliverySchema))
    .query(({ ctx, input }) => listEventDeliveries(ctx.scope, input)),

  asCurl: procedure
    .meta({ needs: write })
    .input(z.strictObject({ id: idSchema }))
    .output(
      z.object({
        url: z.string(),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
        left_out: z.array(z.string()),
      }),
    )
    .mutation(({ ctx, input }) => deliveryAsCurl(ctx.scope, input.id)),

  get: procedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/deliveries/{id}',
        tag,
        summary: 'Get a delivery with all its attempts',
      },
    })
    .input(z.strictObject({ id: idSchema }))
    .output(deliveryDetailSchema)
    .query(({ ctx, input }) => getDelivery(ctx.scope, input.id)),

  resendEvent: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/events/{id}/resend',
        status: 202,
        tag: 'Events',
        summary: 'Send an event again',
        description:
          'To all webhooks that have a delivery of it, or to those of `webhook_ids`. For each, it does what retrying its newest delivery does. Receivers see the same `webhook-id`.',
        errors: ['CONFLICT'],
      },
    })
    .input(
      z.strictObject({
        id: idSchema,
        webhook_ids: z
          .array(idSchema, 'Must be a list of ids of webhooks.')
          .min(1, 'Must contain at least one id.')
          .max(1000, 'Must be at most 1,000 ids.')
          .optional()
          .meta({ description: 'All webhooks that have a delivery of the event if left out.' }),
      }),
    )
    .output(z.object({ items: z.array(resentSchema) }))
    .mutation(async ({ ctx, input }) => ({ items: await resendEvent(ctx.scope, input) })),

  retry: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/deliveries/{id}/retry',
        status: 202,
        tag,
        summary: 'Retry a delivery',
        description:
          'Sends a pending delivery now, under the same id. If the delivery has ended, creates a new delivery of the same event, unless one is pending or was created in the last 5 seconds. Returns the delivery that is sent. `retry` says what happened. The receiver sees the same `webhook-id`.',
        errors: ['CONFLICT'],
      },
    })
    .input(z.strictObject({ id: idSchema }))
    .output(retriedDeliverySchema)
    .mutation(({ ctx, input }) => retryDelivery(ctx.scope, input.id)),
});
