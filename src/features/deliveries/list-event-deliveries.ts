import { getEvent } from '#features/events/get-event.ts';
import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { selectDeliveries } from './row.ts';

/**
 * A page of the deliveries of an event to all webhooks, newest first.
 * @throws Refusal NOT_FOUND
 */
export async function listEventDeliveries(scope: Scope, { id, limit, cursor }: Page & { id: string }) {
  await getEvent(scope, id);
  return page(await selectDeliveries(scope, { event_id: id, before: cursor, limit: limit + 1 }), limit);
}
