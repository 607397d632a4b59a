import { z } from 'zod';
import { likePattern } from '#core/text/like-pattern.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import type { Scope } from '#platform/scope.ts';
import { type RunFilters, runSchema } from './schema.ts';

const time = z.coerce.date();
const run = runSchema.extend({
  id: z.string(),
  started_at: time.nullable(),
  finished_at: time.nullable(),
  created_at: time,
  changed_at: time,
});
const feedRows = z.array(z.object({ head: z.bigint(), position: z.bigint().nullable(), run: run.nullable() }));

/** The organization's changes behind a position, in the order in which they were committed, and the highest position. */
export async function selectRunChanges(
  { platform, organization_id }: Scope,
  { after, limit, status, recipe_id, search, since, until }: RunFilters & { after: bigint; limit: number },
) {
  const rows = feedRows.parse(
    await platform.read(
      organization_id,
      (database) => database.$queryRaw`
      select h.head, f.position, f.run
      from (
        select coalesce(max(position), 0)::bigint as head from dataintel.pipeline_run_change
        where organization_id = ${organization_id}
      ) h left join lateral (
        select c.position, c.run
        from dataintel.pipeline_run_change c
        where c.organization_id = ${organization_id} and c.position > ${after}
          ${status === undefined ? Prisma.empty : Prisma.sql`and c.status = ${status}`}
          ${recipe_id === undefined ? Prisma.empty : Prisma.sql`and c.recipe_id = ${recipe_id}`}
          ${search === undefined ? Prisma.empty : Prisma.sql`and (c.recipe_id = ${search} or c.run ->> 'recipe_name' ilike ${likePattern(search)})`}
          ${since === undefined ? Prisma.empty : Prisma.sql`and c.changed_at >= ${since}`}
          ${until === undefined ? Prisma.empty : Prisma.sql`and c.changed_at < ${until}`}
        order by c.position limit ${limit}
      ) f on true
      order by f.position`,
    ),
  );
  return {
    head: rows[0]?.head ?? 0n,
    rows: rows.flatMap(({ position, run: item }) => (position !== null && item ? [{ position, item }] : [])),
  };
}
