import { z } from 'zod';
import { likePattern } from '#core/text/like-pattern.ts';
import { Prisma, type PipelineRun as Row } from '#platform/generated/prisma/client.ts';
import type { Scope } from '#platform/scope.ts';
import { type PipelineRun, type RunFilters, runSchema } from './schema.ts';

const number = (rows: bigint | null) => (rows === null ? null : Number(rows));

/** A row as the API shows it, which leaves out what its schema does not name. */
export function toRun({ status, rows_in, rows_out, ...row }: Row): PipelineRun {
  return {
    ...row,
    status: runSchema.shape.status.parse(status),
    rows_in: number(rows_in),
    rows_out: number(rows_out),
  };
}

/** Runs, newest first. */
export async function selectRuns(
  { platform, organization_id }: Scope,
  {
    before,
    limit,
    status,
    recipe_id,
    search,
    since,
    until,
  }: RunFilters & { before: string | undefined; limit: number },
): Promise<PipelineRun[]> {
  const rows = await platform.read(organization_id, (database) =>
    database.pipelineRun.findMany({
      where: {
        organization_id,
        ...(status ? { status } : {}),
        ...(recipe_id ? { recipe_id } : {}),
        ...(search
          ? { OR: [{ recipe_id: search }, { recipe_name: { contains: search, mode: 'insensitive' as const } }] }
          : {}),
        ...(since || until
          ? { changed_at: { ...(since ? { gte: since } : {}), ...(until ? { lt: until } : {}) } }
          : {}),
        ...(before ? { id: { lt: before } } : {}),
      },
      orderBy: { id: 'desc' },
      take: limit,
    }),
  );
  return rows.map(toRun);
}

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
