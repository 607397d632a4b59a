import { isEventPattern } from '#core/events/event-pattern.ts';
import { findBuiltInEventType } from '#features/event-types/catalogue.ts';
import { unknownType } from '#features/events/check-event.ts';
import type { Scope } from '#platform/scope.ts';
import { invalid } from '#platform/trpc/refusal.ts';

/**
 * Refuses event types that don't exist. A pattern may match types that will only be created later.
 * @throws Refusal VALIDATION that lists similar names
 */
export async function assertEventTypes({ platform, organization_id }: Scope, types: readonly string[]): Promise<void> {
  const names = types.filter((type) => !isEventPattern(type) && !findBuiltInEventType(type));
  if (names.length === 0) return;
  const own = await platform.database.eventType.findMany({
    where: { organization_id, name: { in: names } },
    select: { name: true },
  });
  const missing = names.filter((name) => !own.some((type) => type.name === name));
  if (missing.length === 0) return;
  const issues = await Promise.all(missing.slice(0, 5).map((name) => unknownType(platform, organization_id, name)));
  throw invalid(...issues);
}
