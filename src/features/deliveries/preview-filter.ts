import { z } from 'zod';
import { compileFilter } from '#core/event-filter.ts';
import { matchesEventType } from '#core/event-pattern.ts';
import type { Scope } from '#platform/scope.ts';

const MOST_EVENTS = 50;
const LOOKED_THROUGH = 500;

const rows = z.array(z.object({ id: z.string(), event_type: z.string(), created_at: z.date(), passes: z.boolean() }));

/**
 * Tries event types and a filter on the latest events, by the very expression that decides where events become
 * deliveries. Erased payloads and test events are left out.
 * @returns at most 50 events of these types, newest first, and whether each would be delivered.
 */
export async function previewFilter(
  { platform, organization_id }: Scope,
  { event_type, filter }: { event_type: readonly string[]; filter: Record<string, unknown> | null },
) {
  const compiled = filter === null ? null : compileFilter(filter);
  const path = compiled?.ok ? compiled.path : 'true';
  const found = await platform.database.$queryRaw`
    select id::text as id, event_type, created_at,
        jsonb_path_match((body::jsonb) -> 'data', ${path}::jsonpath, '{}', true) is true as passes
      from (select * from event where organization_id = ${organization_id} and origin <> 'test' and body is not null
        order by id desc limit ${LOOKED_THROUGH}) e
      order by id desc`;
  const events = rows
    .parse(found)
    .filter((event) => event_type.some((one) => matchesEventType(one, event.event_type)))
    .slice(0, MOST_EVENTS);
  return { items: events, passing: events.filter(({ passes }) => passes).length };
}
