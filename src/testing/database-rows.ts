import type { Pool } from 'pg';

/**
 * What every table of a database holds, as a digest for each: two that are equal mean that no row was added, changed or
 * removed in between.
 * @returns by schema and table: how many rows, and the MD5 of their text in its own order.
 */
export async function readRowDigests(pool: Pool): Promise<Record<string, string>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pgboss') and n.nspname !~ '^pg_'
       order by 1`,
  );
  const digest = ({ name }: { name: string }) =>
    `select '${name}' as name, count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text)), '') as digest
       from ${name} t`;
  const { rows } = await pool.query<{ name: string; digest: string }>(tables.map(digest).join(' union all '));
  return Object.fromEntries(rows.map(({ name, digest: of }) => [name, of]));
}

/** Every row of every table as PostgreSQL writes it, to look for what must be in none of them. */
export async function readAllRows(pool: Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ text: string }>(`select t::text as text from ${name} t`);
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}
