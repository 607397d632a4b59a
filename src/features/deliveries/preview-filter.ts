import { z } from 'zod';
import { isEventPattern } from '#core/events/event-pattern.ts';
import { memberSource } from '#core/json/json-source.ts';
import { writeJson } from '#core/json/user-json.ts';
import { createFilterPreview } from '#features/events/judge-event.ts';
import type { Scope } from '#platform/scope.ts';

const MOST_EVENTS = 50;
const LOOKED_THROUGH = 500;
/** The total size of bodies that a preview reads, however large the events are. */
const MOST_BYTES = 2 * 1024 * 1024;

const rows = z.array(z.object({ id: z.string(), event_type: z.string(), created_at: z.date(), body: z.string() }));

/**
 * Applies event types and a filter to the latest events, with the same function that decides when events are
 * published. Erased payloads and test events are left out.
 * @returns at most 50 events of these types, newest first (fewer if they are large), and whether each would be
 * delivered.
 */
export async function previewFilter(
  { platform, organization_id }: Scope,
  { event_type, filter }: { event_type: readonly string[]; filter: Record<string, unknown> | null },
) {
  const likes = event_type.map(likeOf);
  const found = await platform.read(
    organization_id,
    (database) => database.$queryRaw`
      select id::text as id, event_type, created_at, body from (
        select e.*, sum(octet_length(body)) over (order by id desc) - octet_length(body) as bytes_before from (
          select * from event where organization_id = ${organization_id} and origin <> 'test' and body is not null
            order by id desc limit ${LOOKED_THROUGH}
        ) e where event_type like any(${likes})
        order by id desc limit ${MOST_EVENTS}
      ) e where bytes_before < ${MOST_BYTES} order by id desc`,
  );
  const passes = filter === null ? async () => true : createFilterPreview(platform, organization_id, writeJson(filter));
  const items = [];
  for (const { body, ...event } of rows.parse(found))
    items.push({ ...event, passes: await passes(memberSource(body, 'data') ?? '{}') });
  return { items, passing: items.filter(({ passes }) => passes).length };
}

/** A LIKE pattern in which `_` stands for itself, and `*` at the end for anything. */
const likeOf = (nameOrPattern: string): string => {
  const text = nameOrPattern.replaceAll('_', String.raw`\_`);
  return isEventPattern(nameOrPattern) ? `${text.slice(0, -1)}%` : text;
};
