import { z } from 'zod';
import { isJsonObject, readJson } from '#core/json/user-json.ts';
import { escapedForLike, likePattern } from '#core/text/like-pattern.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import type { Scope } from '#platform/scope.ts';
import { type AuditFilters, auditEntrySchema } from './schema.ts';

/** The details as text, because parsing the row as JSON would round their numbers. */
const entry = auditEntrySchema.extend({
  id: z.string(),
  at: z.coerce.date(),
  details: z.string().transform(detailsOf),
});
const pageRows = z.array(z.object({ entry }));
const feedRows = z.array(z.object({ head: z.bigint(), position: z.bigint().nullable(), entry: entry.nullable() }));

const ENTRY = Prisma.sql`jsonb_build_object('id', a.id, 'at', a.at,
  'actor', jsonb_build_object('type', a.actor_type, 'id', a.actor_id, 'name', a.actor_name), 'action', a.action,
  'target', jsonb_build_object('type', a.target_type, 'id', a.target_id, 'name', a.target_name),
  'ip', a.ip, 'user_agent', a.user_agent, 'severity', a.severity, 'details', a.details::text) as entry`;

function detailsOf(json: string): Record<string, unknown> {
  const details = readJson(json);
  return isJsonObject(details) ? details : {};
}

function conditions({ action, actor, target, search, severity, since, until }: AuditFilters): Prisma.Sql {
  const all = [
    ...(action === undefined
      ? []
      : action.endsWith('.*')
        ? [Prisma.sql`a.action like ${`${escapedForLike(action.slice(0, -1))}%`}`]
        : [Prisma.sql`a.action = ${action}`]),
    ...(actor === undefined ? [] : [Prisma.sql`(a.actor_id = ${actor} or a.actor_name ilike ${likePattern(actor)})`]),
    ...(target === undefined
      ? []
      : [Prisma.sql`(a.target_id = ${target} or a.target_name ilike ${likePattern(target)})`]),
    ...(search === undefined
      ? []
      : [
          Prisma.sql`(a.action ilike ${likePattern(search)} or a.actor_name ilike ${likePattern(search)}
            or a.target_name ilike ${likePattern(search)} or ${search} in (a.actor_id, a.target_id, a.ip))`,
        ]),
    ...(severity === undefined ? [] : [Prisma.sql`a.severity = ${severity}`]),
    ...(since === undefined ? [] : [Prisma.sql`a.at >= ${since}`]),
    ...(until === undefined ? [] : [Prisma.sql`a.at < ${until}`]),
  ];
  return all.length === 0 ? Prisma.sql`true` : Prisma.join(all, ' and ');
}

/** The organization's entries, newest first. */
export async function selectAuditLog(
  { platform, organization_id }: Scope,
  { before, limit, ...filters }: AuditFilters & { before: string | undefined; limit: number },
) {
  const rows = await platform.read(
    organization_id,
    (database) => database.$queryRaw`
    select ${ENTRY} from dataintel.audit_log a
    where a.organization_id = ${organization_id} and ${conditions(filters)}
      ${before === undefined ? Prisma.empty : Prisma.sql`and a.id < ${before}::uuid`}
    order by a.id desc limit ${limit}`,
  );
  return pageRows.parse(rows).map((row) => row.entry);
}

/** The organization's entries after a position of the chain, in chain order, and where the chain ends. */
export async function selectAuditFeed(
  { platform, organization_id }: Scope,
  { after, limit, ...filters }: AuditFilters & { after: bigint; limit: number },
) {
  const rows = feedRows.parse(
    await platform.read(
      organization_id,
      (database) => database.$queryRaw`
      select h.head, f.position, f.entry
      from (
        select coalesce(max(position), 0)::bigint as head from dataintel.audit_chain where organization_id = ${organization_id}
      ) h left join lateral (
        select c.position, ${ENTRY}
        from dataintel.audit_chain c join dataintel.audit_log a on a.id = c.audit_id
        where c.organization_id = ${organization_id} and c.position > ${after} and ${conditions(filters)}
        order by c.position limit ${limit}
      ) f on true
      order by f.position`,
    ),
  );
  return {
    head: rows[0]?.head ?? 0n,
    rows: rows.flatMap(({ position, entry: item }) => (position !== null && item ? [{ position, item }] : [])),
  };
}
