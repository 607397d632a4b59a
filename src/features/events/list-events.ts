import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { selectEvents } from './row.ts';

type Question = Page & {
  event_type?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
};

/** A page of events, newest first. */
export async function listEvents(scope: Scope, { limit, cursor, ...filters }: Question) {
  return page(await selectEvents(scope, { ...filters, before: cursor, limit: limit + 1 }), limit);
}
