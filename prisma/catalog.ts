import type pg from 'pg';

/**
 * What the Prisma schema cannot say and the schema engine cannot compare, read from `pg_catalog`: checks, triggers,
 * functions, partitions, storage parameters, and indexes with a condition. One line each, in a fixed order.
 */
const STATEMENT = `
  WITH ours AS (SELECT oid, nspname FROM pg_namespace WHERE nspname IN ('public', 'dataintel'))
  SELECT line FROM (
    SELECT format('check %s.%s %s: %s', nspname, relname, conname, pg_get_constraintdef(c.oid)) AS line
      FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN ours ON ours.oid = t.relnamespace
      WHERE c.contype = 'c'
    UNION ALL
    SELECT format('trigger (%s) %s', CASE tgenabled WHEN 'A' THEN 'always' WHEN 'O' THEN 'on' ELSE 'off' END,
        pg_get_triggerdef(g.oid))
      FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid JOIN ours ON ours.oid = t.relnamespace
      WHERE NOT tgisinternal
    UNION ALL
    SELECT format('function %s', regexp_replace(pg_get_functiondef(p.oid), '\\s+', ' ', 'g'))
      FROM pg_proc p JOIN ours ON ours.oid = p.pronamespace WHERE proname <> 'uuidv7'
    UNION ALL
    SELECT format('partition %s.%s %s', nspname, relname,
        coalesce(pg_get_partkeydef(t.oid), pg_get_expr(t.relpartbound, t.oid)))
      FROM pg_class t JOIN ours ON ours.oid = t.relnamespace WHERE t.relkind = 'p' OR t.relispartition
    UNION ALL
    SELECT format('storage %s.%s %s', nspname, relname, array_to_string(reloptions, ', '))
      FROM pg_class t JOIN ours ON ours.oid = t.relnamespace WHERE reloptions IS NOT NULL
    UNION ALL
    SELECT pg_get_indexdef(indexrelid) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
      JOIN ours ON ours.oid = t.relnamespace WHERE indpred IS NOT NULL OR indexprs IS NOT NULL
  ) AS lines ORDER BY line COLLATE "C"`;

/** The listing of a database, as it is kept in `catalog.txt`. `uuidv7()` is left out: newer servers bring their own. */
export async function readCatalog(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ line: string }>(STATEMENT);
  return rows.map(({ line }) => `${line}\n`).join('');
}
