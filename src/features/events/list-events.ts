import type { Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import { selectEvents } from './select-events.ts';

type Question = {
  limit: number;
  cursor?: string | undefined;
  event_type?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
};

/** A page of events, newest first. */
export async function listEvents(scope: Scope, { limit, cursor, ...filters }: Question) {
  return page(await selectEvents(scope, { ...filters, before: cursor, limit: limit + 1 }), limit);
}
