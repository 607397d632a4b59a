import { z } from 'zod';
import { memberSource } from '#core/json/json-source.ts';
import { writeJson } from '#core/json/user-json.ts';
import { signatureHeaders } from '#core/signing/signature.ts';
import { eventTypeName } from '#features/event-types/schema.ts';
import { webhookProcedures } from '#features/webhooks/router.ts';
import { createWebhookInput } from '#features/webhooks/schema.ts';
import { openWebhook } from '#features/webhooks/webhook-secrets.ts';
import { Download } from '#platform/http/download.ts';
import { EXPORT_TYPES } from '#platform/http/export-rows.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import type { Scope } from '#platform/scope.ts';
import { idSchema, timeSchema } from '#platform/trpc/fields.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
import { procedure, router } from '#platform/trpc/procedure.ts';
import { conflict, notFound } from '#platform/trpc/refusal.ts';
import { attemptSchema } from './attempt-schema.ts';
import { countDeliveries, deliveryCounts, latestDeliveries } from './count-deliveries.ts';
import { EXPLANATIONS, explainEvent } from './explain-event.ts';
import { exportDeliveries } from './export-deliveries.ts';
import { getDelivery } from './get-delivery.ts';
import { listDeliveries } from './list-deliveries.ts';
import { listEventDeliveries } from './list-event-deliveries.ts';
import { previewFilter } from './preview-filter.ts';
import { recoverDeliveries } from './recover-deliveries.ts';
import { retryDelivery } from './retry-delivery.ts';
import { selectDeliveries } from './row.ts';
import {
  deliveryDetailSchema,
  deliveryFilterFields,
  deliveryPage,
  deliverySchema,
  recoverInput,
  retriedDeliverySchema,
} from './schema.ts';
import { sendTest } from './send-test.ts';
import { tailProcedure } from './tail-deliveries.ts';

/**
 * The headers and the body for sending a delivery to its receiver by hand. They are signed with the current time, so a
 * receiver that checks the time accepts them. The webhook's own headers are left out, because they are credentials.
 * @throws Refusal NOT_FOUND, CONFLICT when the payload is erased or the webhook deleted.
 */
async function deliveryAsCurl(scope: Scope, id: string) {
  const { database, secrets } = scope.platform;
  const [delivery] = await selectDeliveries(scope, { id, limit: 1 });
  if (!delivery) throw notFound('delivery');
  const webhook = await database.webhook.findFirst({ where: { id: delivery.webhook_id, deleted_at: null } });
  const event = await database.event.findUnique({ where: { id: delivery.event_id }, select: { body: true } });
  if (!webhook || !event?.body) throw conflict('The webhook or the payload of this event no longer exists.', []);
  const now = new Date();
  const { keys } = await openWebhook(secrets, webhook, now);
  return {
    url: webhook.target_url,
    headers: {
      'Content-Type': 'application/json',
      'X-Honeyframe-Event': delivery.event_type,
      'X-Honeyframe-Delivery': delivery.id,
      ...signatureHeaders(keys, {
        id: delivery.event_id,
        timestamp: Math.floor(now.getTime() / 1000),
        body: event.body,
      }),
    },
    body: event.body,
    left_out: webhook.header_names,
  };
}

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
