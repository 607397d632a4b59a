import { z } from 'zod';
import { matchesEventType } from '#core/events/event-pattern.ts';
import { memberSource } from '#core/json/json-source.ts';
import { createFilterPreview } from '#features/events/judge-event.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { selectDeliveries } from './row.ts';

/** Exactly as stored: numbers keep their digits. */
const filters = z.tuple([z.object({ filter: z.string().nullable() })]);

const dataOf = (body: string): string => memberSource(body, 'data') ?? '{}';

export const EXPLANATIONS = [
  'delivery',
  'paused',
  'created_later',
  'event_type',
  'filter',
  'disabled',
  'erased',
  'not_at_the_time',
] as const;
type Explanation = { reason: (typeof EXPLANATIONS)[number]; message: string; delivery_id: string | null };

/**
 * Explains why a webhook got an event or did not: the delivery, or the first reason why there is none. The webhook is
 * evaluated as it is now.
 * @throws Refusal NOT_FOUND
 */
export async function explainEvent(
  scope: Scope,
  { id, event_id }: { id: string; event_id: string },
): Promise<Explanation> {
  const { database } = scope.platform;
  const { organization_id } = scope;
  const webhook = await database.webhook.findFirst({ where: { id, organization_id, deleted_at: null } });
  if (!webhook) throw notFound('webhook');
  const event = await database.event.findFirst({ where: { id: event_id, organization_id } });
  if (!event) throw notFound('event');
  const [delivery] = await selectDeliveries(scope, { webhook_id: id, event_id, limit: 1 });
  const because = (reason: Explanation['reason'], message: string): Explanation => ({
    reason,
    message,
    delivery_id: null,
  });
  if (delivery?.status === 'pending' && webhook.status === 'paused')
    return {
      reason: 'paused',
      message: 'Its delivery is pending because the webhook is paused. Resume the webhook to send it.',
      delivery_id: delivery.id,
    };
  if (delivery)
    return {
      reason: 'delivery',
      message: `This event has a delivery, which is ${delivery.status}${delivery.reason ? ` (${delivery.reason})` : ''}.`,
      delivery_id: delivery.id,
    };
  if (webhook.created_at > event.created_at)
    return because('created_later', 'The webhook was created after this event was published.');
  if (!webhook.event_type.some((one) => matchesEventType(one, event.event_type)))
    return because(
      'event_type',
      `The webhook subscribes to ${webhook.event_type.join(', ')}, and the type of this event is ${event.event_type}. Add the type or a pattern to the webhook.`,
    );
  if (webhook.status === 'disabled')
    return because(
      'disabled',
      'The webhook is disabled, and disabled webhooks get no deliveries. Enable it to send events.',
    );
  if (webhook.filter !== null && event.body === null)
    return because('erased', 'The payload was erased, so the filter can’t be evaluated anymore.');
  if (webhook.filter !== null && event.body !== null) {
    const [{ filter }] = filters.parse(
      await database.$queryRaw`select filter::text as filter from webhook where id = ${id}::uuid`,
    );
    const passes =
      filter === null || (await createFilterPreview(scope.platform, organization_id, filter)(dataOf(event.body)));
    if (!passes) return because('filter', 'This event doesn’t match the webhook’s filter.');
  }
  return because(
    'not_at_the_time',
    'The webhook would get this event now. When the event was published, the webhook’s event types, filter, or status were different.',
  );
}
