import { z } from 'zod';
import { writeJson } from '#core/json/user-json.ts';
import { encodeCursor } from '#core/text/cursor.ts';
import { likePattern } from '#core/text/like-pattern.ts';
import { timeOfId } from '#core/uuid-v7.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { findEventIds } from './find-event-ids.ts';
import { selectEvents } from './row.ts';

type Question = Page & {
  event_type?: string | undefined;
  subject?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  search?: string | undefined;
  payload_contains?: string | undefined;
};

/** How many payloads one search reads at most. */
const MOST_READ = 2_000;

/** A page of events, newest first. A search in payloads reads a bounded number of them, and says how far it came. */
export async function listEvents(scope: Scope, { limit, cursor, search, payload_contains, ...filters }: Question) {
  const wanted = { ...filters, before: cursor, limit: limit + 1 };
  if (search !== undefined) {
    const { event_ids } = await scope.platform.read(scope.organization_id, (database) =>
      findEventIds((statement) => database.$queryRaw`${statement}`, scope.organization_id, search),
    );
    return { ...page(await selectEvents(scope, { ...wanted, ids: event_ids }), limit), searched_back_to: null };
  }
  if (payload_contains === undefined)
    return { ...page(await selectEvents(scope, wanted), limit), searched_back_to: null };
  const { ids, end } = await searchPayloads(scope, payload_contains, wanted);
  const found = page(await selectEvents(scope, { ...wanted, ids }), limit);
  if (found.next_cursor !== null || end === null) return { ...found, searched_back_to: null };
  return { ...found, next_cursor: encodeCursor(end), searched_back_to: timeOfId(end) };
}

const matches = z.array(z.object({ ids: z.array(z.string()), count: z.int(), end: z.string().nullable() }));

/** The events among the next ones whose payloads contain a text, and the id of the last that was read; null at the end. */
async function searchPayloads(
  { platform, organization_id }: Scope,
  text: string,
  { before, since, until, event_type, limit }: Question & { before: string | undefined },
): Promise<{ ids: string[]; end: string | null }> {
  const written = writeJson(text).slice(1, -1);
  const rows = await platform.read(
    organization_id,
    (database) => database.$queryRaw`
      select coalesce((array_agg(id::text order by id desc) filter (where hits))[:${limit}], '{}') as ids,
          count(*)::int as count, (array_agg(id::text order by id))[1] as end
        from (
          select id, (body ilike ${likePattern(text)} or body ilike ${likePattern(written)})
              ${event_type ? Prisma.sql`and event_type = ${event_type}` : Prisma.empty} as hits
            from event
            where organization_id = ${organization_id} and origin <> 'test'
              ${before ? Prisma.sql`and id < ${before}::uuid` : Prisma.empty}
              ${since ? Prisma.sql`and id >= uuid_from_time(${since})` : Prisma.empty}
              ${until ? Prisma.sql`and id < uuid_from_time(${until})` : Prisma.empty}
            order by id desc limit ${MOST_READ}) e`,
  );
  const [{ ids, count, end } = { ids: [], count: 0, end: null }] = matches.parse(rows);
  return { ids, end: count < MOST_READ ? null : end };
}
