import type pg from 'pg';
import { harmfulParts, publishesGenerated } from './published-tables.ts';
import { quoted } from './source-problem.ts';

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** It waits for no lock, because it runs inside the platform's own statement. */
const LOCK_TIMEOUT = '500ms';

/**
 * What the event trigger does at the end of each DDL statement: it publishes exactly those of the watched tables that
 * can be published. If it fails, the error is logged, and the statement continues.
 */
const bodyFor = (name: string, tables: readonly string[]) => `
DECLARE
  one record;
BEGIN
  IF tg_tag LIKE '% PUBLICATION' THEN RETURN; END IF;
  FOR one IN
    WITH pub AS (
      SELECT p.oid, ${publishesGenerated('p')} AS generated FROM pg_publication p
        WHERE p.pubname = ${literal(name)} AND NOT p.puballtables
    ), watched AS (
      SELECT c.oid FROM unnest(ARRAY[${tables.map(literal).join(', ')}]::text[]) AS w
        JOIN pg_namespace n ON n.nspname = split_part(w, '.', 1)
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = split_part(w, '.', 2)
        WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
    ), published AS (SELECT e.prrelid AS oid FROM pub JOIN pg_publication_rel e ON e.prpubid = pub.oid)
    SELECT n.nspname, c.relname, p.oid IS NOT NULL AS is_in
      FROM published p FULL JOIN watched w ON w.oid = p.oid
        JOIN pg_class c ON c.oid = coalesce(w.oid, p.oid) JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE EXISTS (SELECT FROM pub) AND (p.oid IS NOT NULL) <> (w.oid IS NOT NULL AND NOT EXISTS (
        ${harmfulParts('c', '(SELECT generated FROM pub)')}))
  LOOP
    EXECUTE format('ALTER PUBLICATION %I %s TABLE ONLY %I.%I', ${literal(name)},
      CASE WHEN one.is_in THEN 'DROP' ELSE 'ADD' END, one.nspname, one.relname);
  END LOOP;
EXCEPTION WHEN OTHERS THEN
  RAISE LOG 'The publication ${name.replaceAll("'", "''")} was not brought in line: %', SQLERRM;
END
`;

/**
 * If the privileges suffice, an event trigger at the source updates the publication in the transaction that changes a
 * table. No write of the platform fails in between, and no change of a recreated table is missed. It is in a schema
 * named like the slot, which contains nothing else.
 * @returns whether it exists.
 */
export async function guardPublication(client: pg.Client, name: string, tables: readonly string[]): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean; source: string | null; has_trigger: boolean }>(
    `select rolsuper as may,
       (select prosrc from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = $1 and p.proname = 'tend_publication') as source,
       exists (select from pg_event_trigger where evtname = $1 and evtenabled = 'A') as has_trigger
     from pg_roles where rolname = current_user`,
    [name],
  );
  const [found] = rows;
  if (!found?.may) return false;
  const body = bodyFor(name, tables);
  if (found.source !== body) {
    if (found.source === null) await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(name)}`);
    await client.query(
      `CREATE OR REPLACE FUNCTION ${quoted(name)}.tend_publication() RETURNS event_trigger LANGUAGE plpgsql
       SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '${LOCK_TIMEOUT}' SET jit = off AS ${literal(body)}`,
    );
  }
  if (found.has_trigger) return true;
  await client.query(`DROP EVENT TRIGGER IF EXISTS ${quoted(name)}`);
  await client.query(
    `CREATE EVENT TRIGGER ${quoted(name)} ON ddl_command_end EXECUTE FUNCTION ${quoted(name)}.tend_publication()`,
  );
  await client.query(`ALTER EVENT TRIGGER ${quoted(name)} ENABLE ALWAYS`);
  return true;
}
