import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { selectEvents } from './row.ts';

/** @throws Refusal NOT_FOUND */
export async function getEvent(scope: Scope, id: string) {
  const [event] = await selectEvents(scope, { id, limit: 1 });
  if (!event) throw notFound('event');
  return event;
}
