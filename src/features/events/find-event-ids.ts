import { z } from 'zod';
import { escapedForLike } from '#core/text/like-pattern.ts';
import { isUuid } from '#core/uuid-v7.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';

/** How many events of one subject, or of subjects that begin alike, a search takes: the newest. */
const MOST_EVENTS = 500;

export type EventMatch = {
  /** By which the text was found. */
  by: 'id' | 'idempotency_key' | 'subject';
  /** The text itself, if it is an id. It can be one of a delivery, an attempt's delivery, or an event. */
  ids: string[];
  /** Newest first. */
  event_ids: string[];
};

const found = z.array(z.object({ id: z.string(), by: z.enum(['idempotency_key', 'subject']) }));

/**
 * Finds events by what is looked up at once: an id, an idempotency key of the last 24 hours, a subject, or how a subject
 * begins. A key is preferred to a subject, and a whole subject to a beginning.
 * @param ask runs a statement.
 */
export async function findEventIds(
  ask: (statement: Prisma.Sql) => Promise<unknown>,
  organization_id: string,
  text: string,
): Promise<EventMatch> {
  const wanted = text.trim();
  if (isUuid(wanted)) return { by: 'id', ids: [wanted.toLowerCase()], event_ids: [wanted.toLowerCase()] };
  const byKey = Prisma.sql`select k.event_id::text as id, 'idempotency_key' as by
    from event_key k where k.organization_id = ${organization_id} and k.key = ${wanted}`;
  const bySubject = (matches: Prisma.Sql) => Prisma.sql`select e.id::text as id, 'subject' as by from event e
    where e.organization_id = ${organization_id} and e.subject is not null and ${matches}
    order by e.id desc limit ${MOST_EVENTS}`;
  for (const statement of [
    byKey,
    bySubject(Prisma.sql`e.subject = ${wanted}`),
    bySubject(Prisma.sql`e.subject like ${`${escapedForLike(wanted)}%`}`),
  ]) {
    const rows = found.parse(await ask(statement));
    const [first] = rows;
    if (first) return { by: first.by, ids: [], event_ids: rows.map(({ id }) => id) };
  }
  return { by: 'subject', ids: [], event_ids: [] };
}
