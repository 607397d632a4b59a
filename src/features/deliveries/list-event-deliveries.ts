import { getEvent } from '#features/events/get-event.ts';
import type { Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import type { Question } from './list-deliveries.ts';
import { selectDeliveries } from './row.ts';

/**
 * A page of the deliveries of an event to all webhooks, newest first.
 * @throws Refusal NOT_FOUND
 */
export async function listEventDeliveries(
  scope: Scope,
  { id, limit, cursor }: Pick<Question, 'id' | 'limit' | 'cursor'>,
) {
  await getEvent(scope, id);
  return page(await selectDeliveries(scope, { event_id: id, before: cursor, limit: limit + 1 }), limit);
}
