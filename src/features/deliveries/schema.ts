import { z } from 'zod';
import { flagField, givenTime, idSchema, timeSchema } from '#platform/trpc/fields.ts';
import { attemptSchema } from './attempt-schema.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];
export const DELIVERY_ORIGINS = ['event', 'manual', 'test'] as const;

export const deliverySchema = z
  .object({
    id: idSchema,
    webhook_id: idSchema,
    event_id: idSchema,
    event_type: z.string(),
    target_url: z.string(),
    origin: z.enum(DELIVERY_ORIGINS).meta({ description: 'manual: a retry or a recovery. test: a test event.' }),
    status: z.enum(DELIVERY_STATUSES),
    reason: z.string().nullable().meta({
      description:
        'Why it ended without being delivered: expired, gone (410), disabled, deleted, erased, retention, unrecorded (its result could not be stored), or test.',
    }),
    attempt_count: z.int(),
    created_at: timeSchema,
    next_attempt_at: timeSchema.nullable(),
    last_attempt_at: timeSchema.nullable(),
    last_status: z.int().nullable(),
    last_error_code: z.string().nullable(),
    deadline_at: timeSchema
      .nullable()
      .meta({ description: 'No attempt starts after this time. Null while a pause holds the delivery.' }),
    ended_at: timeSchema.nullable(),
  })
  .meta({ id: 'Delivery' });

export const RETRY_OUTCOMES = [
  'new_delivery',
  'due_now',
  'already_due',
  'already_sent',
  'waits_for_resume',
  'waits_for_earlier',
] as const;
export type RetryOutcome = (typeof RETRY_OUTCOMES)[number];

export const retriedDeliverySchema = deliverySchema
  .extend({
    retry: z.enum(RETRY_OUTCOMES).meta({
      description:
        'What happened. new_delivery: the delivery had ended, and this is a new one of the same event. due_now: the delivery was waiting for its next attempt and is sent now. already_due: it was already due or being sent. already_sent: another retry created it in the last 5 seconds, and it has ended. waits_for_resume: it is sent when the paused webhook is resumed. waits_for_earlier: the webhook is ordered, and earlier deliveries are sent first.',
    }),
  })
  .meta({ id: 'RetriedDelivery' });

export const deliveryDetailSchema = deliverySchema
  .extend({
    body: z.string().nullable().meta({ description: 'Exactly what is sent. Null if it was erased.' }),
    attempts: z.array(attemptSchema).meta({ description: 'Oldest first, at most 100.' }),
  })
  .meta({ id: 'DeliveryDetail' });

export const recoverInput = z
  .strictObject({
    id: idSchema,
    since: givenTime.meta({ description: 'Deliveries created at this time or later.' }),
    until: givenTime.optional().meta({ description: 'Deliveries created before this time. Now if left out.' }),
    statuses: z
      .array(z.enum(['failed', 'cancelled'], 'Must be failed, cancelled, or both.'))
      .min(1, 'Must contain at least one status.')
      .default(['failed', 'cancelled']),
    dry_run: flagField().default(false).meta({ description: 'Only count the deliveries, and change nothing.' }),
  })
  .refine(({ since, until }) => until === undefined || since < until, {
    path: ['until'],
    message: 'Must be after since.',
  });
