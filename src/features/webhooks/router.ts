import { z } from 'zod';
import { isEventType } from '#core/events/event-pattern.ts';
import { decodeCursor, decodeRankedCursor } from '#core/text/cursor.ts';
import { idSchema, textField } from '#platform/trpc/fields.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
import { assertFresh, procedure } from '#platform/trpc/procedure.ts';
import { checkUrl } from './check-target-url.ts';
import { createWebhook } from './create-webhook.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { getWebhook } from './get-webhook.ts';
import { listWebhooks } from './list-webhooks.ts';
import { pauseWebhook } from './pause-webhook.ts';
import { resumeWebhook } from './resume-webhook.ts';
import { revealSecret } from './reveal-secret.ts';
import { rotateSecret } from './rotate-secret.ts';
import {
  createWebhookInput,
  rotateSecretInput,
  updatedWebhookSchema,
  updateWebhookInput,
  verdictSchema,
  WEBHOOK_ORDERS,
  WEBHOOK_STATUSES,
  webhookSchema,
  webhookWithSecretSchema,
} from './schema.ts';
import { updateWebhook } from './update-webhook.ts';

const tag = 'Webhooks';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;
const byId = z.strictObject({ id: idSchema });

/** The procedures of webhooks. Those of their deliveries are in the slice `deliveries`. */
export const webhookProcedures = {
  list: procedure
    .meta({ needs: read, rest: { method: 'GET', path: '/api/webhooks', tag, summary: 'List webhooks' } })
    .input(
      z
        .strictObject({
          limit: pageInput.limit,
          cursor: z
            .string()
            .refine(
              (text) => decodeCursor(text) !== null || decodeRankedCursor(text) !== null,
              'Must be the next_cursor of the previous page. Leave it out for the first page.',
            )
            .optional()
            .meta({
              description: 'The `next_cursor` of the previous page of the same order. Left out for the first page.',
            }),
          order: z.enum(WEBHOOK_ORDERS, 'Must be newest or attention.').default('newest').meta({
            description:
              '`newest`: newest first. `attention`: webhooks with an unreadable secret, then disabled, failing, paused, and active ones, each newest first.',
          }),
          event_type: z
            .string()
            .refine(isEventType, 'Must be the name of an event type, such as recipe.run.failed.')
            .optional()
            .meta({ description: 'Only webhooks that subscribe to this event type, by name or by a pattern.' }),
          search: z
            .string()
            .trim()
            .max(100, 'Must be at most 100 characters.')
            .refine((text) => !/\p{Cc}/u.test(text), 'Must not contain control characters.')
            .optional()
            .meta({ description: 'Part of the URL, the description, or an event type.' }),
          status: z.enum(WEBHOOK_STATUSES).optional(),
        })
        .prefault({}),
    )
    .output(pageOf(webhookSchema))
    .query(({ ctx, input }) => listWebhooks(ctx.scope, input)),

  get: procedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/webhooks/{id}', tag, summary: 'Get a webhook', versioned: true },
    })
    .input(byId)
    .output(webhookSchema)
    .query(({ ctx, input }) => getWebhook(ctx.scope, input.id)),

  create: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/webhooks',
        status: 201,
        tag,
        summary: 'Create a webhook',
        description:
          'The response contains the secret. Owners and admins can reveal it in the console later. The receiver gets the events that are published from now on.',
        errors: ['CONFLICT'],
      },
    })
    .input(createWebhookInput)
    .output(webhookWithSecretSchema)
    .mutation(({ ctx, input }) => createWebhook(ctx.scope, input)),

  update: procedure
    .meta({
      needs: write,
      fresh: 'for_secrets',
      rest: {
        method: 'PATCH',
        path: '/api/webhooks/{id}',
        tag,
        summary: 'Change a webhook',
        description:
          'Fields that are left out keep their values. A header that is sent back masked is kept too, unless the scheme, host, or port of `target_url` changes. In that case, headers that are not sent again are removed, and `dropped_secrets` names them.',
        versioned: true,
      },
    })
    .input(updateWebhookInput)
    .output(updatedWebhookSchema)
    .mutation(({ ctx, input }) => updateWebhook(ctx.scope, input, () => assertFresh(ctx.caller))),

  delete: procedure
    .meta({
      needs: write,
      rest: {
        method: 'DELETE',
        path: '/api/webhooks/{id}',
        status: 204,
        tag,
        summary: 'Delete a webhook',
        description: 'Its pending deliveries are cancelled.',
      },
    })
    .input(byId)
    .output(z.void())
    .mutation(({ ctx, input }) => deleteWebhook(ctx.scope, input.id)),

  pause: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/webhooks/{id}/pause',
        tag,
        summary: 'Pause a webhook',
        description:
          'Events are collected, and nothing is sent until the webhook is resumed. Each event is kept for 90 days, or for `RETENTION_DAYS` if that is longer.',
        errors: ['CONFLICT'],
      },
    })
    .input(byId)
    .output(webhookSchema)
    .mutation(({ ctx, input }) => pauseWebhook(ctx.scope, input.id)),

  resume: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/webhooks/{id}/resume',
        tag,
        summary: 'Send again',
        description:
          'Deliveries that were held have 24 hours from now on. A disabled webhook is enabled again. Use recover to resend what was cancelled.',
      },
    })
    .input(byId)
    .output(webhookSchema)
    .mutation(({ ctx, input }) => resumeWebhook(ctx.scope, input.id)),

  revealSecret: procedure
    .meta({
      needs: { role: 'admin', scope: null },
      fresh: 'always',
      rest: {
        method: 'POST',
        path: '/api/webhooks/{id}/reveal-secret',
        tag,
        summary: 'Reveal a webhook’s secret',
        description:
          'For owners and admins in a fresh session, not for API keys. Each reveal is recorded in the audit log.',
      },
    })
    .input(byId)
    .output(z.object({ secret: z.string() }))
    .mutation(({ ctx, input }) => revealSecret(ctx.scope, input.id)),

  rotateSecret: procedure
    .meta({
      needs: write,
      fresh: 'always',
      rest: {
        method: 'POST',
        path: '/api/webhooks/{id}/rotate-secret',
        tag,
        summary: 'Rotate a webhook’s secret',
        description:
          'The response contains the new secret. During the overlap, requests are signed with the previous secret too.',
      },
    })
    .input(rotateSecretInput)
    .output(webhookWithSecretSchema)
    .mutation(({ ctx, input }) => rotateSecret(ctx.scope, input)),

  checkUrl: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/webhooks/check-url',
        tag,
        summary: 'Check whether a URL is allowed',
        description: 'Resolves the host name and checks every address, as each delivery does. Nothing is sent.',
      },
    })
    .input(z.strictObject({ target_url: textField(2000) }))
    .output(verdictSchema)
    .mutation(({ ctx, input }) => checkUrl(ctx.scope, input.target_url)),
};
