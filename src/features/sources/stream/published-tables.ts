import type pg from 'pg';
import { z } from 'zod';
import { quoted } from './source-problem.ts';

/** A table that mappings read, and whether they need the old values of rows. */
export type WatchedTable = { table: string; needsOld: boolean; operations: readonly string[] };

/**
 * Why publishing updates and deletes of the relation `c` would make PostgreSQL refuse them, as SQL that gives a text or
 * NULL (PostgreSQL: CheckCmdReplicaIdentity, and 29.1.1 "Replica Identity" of the manual). A deferrable key identifies
 * nothing. Since version 18, an identity may contain no generated column that is not published.
 * @param generated SQL for whether stored generated columns are published.
 */
const refusedWrites = (c: string, generated: string) => `case
  when ${c}.relkind <> 'r' or ${c}.relpersistence <> 'p' then null
  when ${c}.relreplident = 'n' then 'nothing'
  when ${c}.relreplident = 'd' and not exists (select from pg_index i where i.indrelid = ${c}.oid and i.indisprimary
    and i.indimmediate and i.indisvalid) then 'no_key'
  when ${c}.relreplident = 'i' and not exists (select from pg_index i where i.indrelid = ${c}.oid and i.indisreplident
    and i.indimmediate and i.indisvalid and i.indisunique) then 'no_index'
  when current_setting('server_version_num')::int >= 180000 and exists (select from pg_attribute a
    where a.attrelid = ${c}.oid and a.attnum > 0 and not a.attisdropped
      and (a.attgenerated = 'v' or a.attgenerated = 's' and not ${generated})
      and (${c}.relreplident = 'f' or exists (select from pg_index i where i.indrelid = ${c}.oid
        and a.attnum = any (i.indkey) and (${c}.relreplident = 'd' and i.indisprimary
          or ${c}.relreplident = 'i' and i.indisreplident)))) then 'generated'
end`;

/**
 * A SQL query for the relations of table `c` on which writes would fail, with `part` (oid) and `reason`. For a partitioned
 * table these are its partitions, and the table itself if it has no primary key, because its next partition would have none.
 */
export const harmfulParts = (c: string, generated: string) => `
  select part.oid as part, reason from (
    select ${c}.oid where ${c}.relkind <> 'p'
    union all select t.relid from pg_partition_tree(${c}.oid) t where ${c}.relkind = 'p'
  ) as parts join pg_class part on part.oid = parts.oid
  cross join lateral (select case when part.relkind = 'p' and not exists (select from pg_index i
      where i.indrelid = part.oid and i.indisprimary and i.indimmediate) then 'partitions'
    else ${refusedWrites('part', generated)} end as reason) as judged
  where reason is not null`;

/** Whether a publication (a row of `pg_publication`) publishes stored generated columns. Before version 18, none does. */
export const publishesGenerated = (publication: string) =>
  `coalesce(to_jsonb(${publication}) ->> 'pubgencols' = 's', false)`;

const harm = z.object({
  part: z.string(),
  reason: z.enum(['nothing', 'no_key', 'no_index', 'generated', 'partitions']),
});
export type Harm = z.infer<typeof harm>;

const publications = z.array(
  z.object({
    all_tables: z.boolean(),
    via_root: z.boolean(),
    generated: z.boolean(),
    operations: z.array(z.string()),
    extra: z.array(z.string()),
    server: z.int(),
    now: z.date(),
  }),
);
const facts = z.array(
  z.object({
    table: z.string(),
    oid: z.coerce.number().nullable(),
    kind: z.string().nullable(),
    persistence: z.string().nullable(),
    identity: z.string().nullable(),
    parent: z.string().nullable(),
    entry: z.coerce.number().nullable(),
    listed_columns: z.array(z.string()).nullable(),
    filter: z.string().nullable(),
    is_member: z.boolean(),
    published_as: z.string().nullable(),
    silent_parts: z.array(z.string()),
    not_full: z.array(z.string()),
    harms: z.array(harm),
  }),
);

export type TableFacts = z.infer<typeof facts>[number];
export type PublicationFacts = z.infer<typeof publications>[number];

const nameOf = (oid: string) =>
  `(select ns.nspname || '.' || named.relname from pg_class named join pg_namespace ns on ns.oid = named.relnamespace
    where named.oid = ${oid})`;

/**
 * The state of the publication at the source: what it publishes, and each watched table in it. Reads only catalogs,
 * which needs no privileges on schemas or tables.
 * @returns `publication` is null if there is none.
 */
export async function readPublication(client: pg.Client, name: string, tables: readonly string[]) {
  const { rows } = await client.query(
    `select p.puballtables as all_tables, p.pubviaroot as via_root, ${publishesGenerated('p')} as generated,
       array_remove(array[case when pubinsert then 'insert' end, case when pubupdate then 'update' end,
         case when pubdelete then 'delete' end, case when pubtruncate then 'truncate' end], null) as operations,
       array(select ${nameOf('e.prrelid')} from pg_publication_rel e where e.prpubid = p.oid
         and ${nameOf('e.prrelid')} <> all ($2)) as extra,
       current_setting('server_version_num')::int as server, clock_timestamp() as now
     from (select 1) as one left join pg_publication p on p.pubname = $1 where p.oid is not null`,
    [name, tables],
  );
  const { rows: found } = await client.query(
    `with watched as (
       select name, split_part(name, '.', 1) as schema, split_part(name, '.', 2) as relation from unnest($2::text[]) as name
     ), pub as (select p.*, ${publishesGenerated('p')} as generated from pg_publication p where p.pubname = $1)
     select w.name as table, c.oid::bigint::text as oid, c.relkind::text as kind, c.relpersistence::text as persistence,
       c.relreplident::text as identity, (select ${nameOf('i.inhparent')} from pg_inherits i
         where i.inhrelid = c.oid and c.relispartition) as parent,
       entry.oid::bigint::text as entry,
       case when entry.prattrs is not null then array(select a.attname::text from pg_attribute a
         where a.attrelid = c.oid and a.attnum = any (entry.prattrs::int2[])) end as listed_columns,
       pg_get_expr(entry.prqual, entry.prrelid) as filter,
       coalesce(up.is_member, false) as is_member, up.published_as,
       array(select ${nameOf('t.relid')} from pg_partition_tree(c.oid) t join pg_class part on part.oid = t.relid
         where c.relkind = 'p' and t.isleaf and (part.relkind <> 'r' or part.relpersistence <> 'p')) as silent_parts,
       array(select ${nameOf('part.oid')} from pg_class part where part.relkind = 'r' and part.relreplident <> 'f'
         and (part.oid = c.oid or part.oid in (select relid from pg_partition_tree(c.oid)))) as not_full,
       coalesce((select jsonb_agg(jsonb_build_object('part', ${nameOf('h.part')}, 'reason', h.reason))
         from (${harmfulParts('c', 'coalesce(pub.generated, true)')}) as h), '[]') as harms
     from watched w left join pub on true
       left join pg_namespace n on n.nspname = w.schema
       left join pg_class c on c.relnamespace = n.oid and c.relname = w.relation and c.relkind in ('r', 'p', 'v', 'm', 'f')
       left join pg_publication_rel entry on entry.prpubid = pub.oid and entry.prrelid = c.oid
       left join lateral (
         select true as is_member, (array_agg(${nameOf('r.oid')} order by line.level desc))[1] as published_as
         from (select c.oid as relid, 0 as level
           union all select a.relid, a.ordinality from pg_partition_ancestors(c.oid) with ordinality a where a.relid <> c.oid
         ) as line join pg_class r on r.oid = line.relid
         where pub.puballtables
           or exists (select from pg_publication_rel e where e.prpubid = pub.oid and e.prrelid = r.oid)
           or exists (select from pg_publication_namespace e where e.pnpubid = pub.oid and e.pnnspid = r.relnamespace)
         having count(*) > 0
       ) as up on c.relkind in ('r', 'p') and c.relpersistence = 'p'`,
    [name, tables],
  );
  return { publication: publications.parse(rows)[0] ?? null, tables: facts.parse(found) };
}

export const quotedTable = (table: string) => table.split('.').map(quoted).join('.');
