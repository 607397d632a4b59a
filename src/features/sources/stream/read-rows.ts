import pg from 'pg';
import { z } from 'zod';
import type { Change } from '#core/sources/change-mapping.ts';
import { quotedTable } from './published-tables.ts';
import { quoted, SourceProblem } from './source-problem.ts';
import { createValueKinds } from './value-kinds.ts';

/** Rows selected by a column's value. Both bounds are included, and are text as PostgreSQL writes it. */
export type RowRange = { column: string; from: string | null; until: string | null };

const columns = z.array(
  z.object({ name: z.string(), oid: z.int(), type: z.string(), is_key: z.boolean(), is_partitioned: z.boolean() }),
);
export type TableColumn = z.infer<typeof columns>[number];

/** The columns of a table that the stream sends. Stored generated columns are included from PostgreSQL 18 on. */
export async function readColumns(client: pg.Client, table: string): Promise<TableColumn[]> {
  const { rows } = await client.query(
    `select a.attname as name, a.atttypid::int4 as oid, format_type(a.atttypid, a.atttypmod) as type,
       c.relkind = 'p' as is_partitioned,
       exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)) as is_key
     from pg_namespace n join pg_class c on c.relnamespace = n.oid join pg_attribute a on a.attrelid = c.oid
     where n.nspname || '.' || c.relname = $1 and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
       and (a.attgenerated = '' or a.attgenerated = 's' and current_setting('server_version_num')::int >= 180000)
     order by a.attnum`,
    [table],
  );
  return columns.parse(rows);
}

const values = z.array(z.array(z.string().nullable()));
/** Returns values as the text that PostgreSQL sends, which is also what the stream sends. */
const AS_SENT = { getTypeParser: () => (text: string) => text };

/**
 * Reads rows of a table in one snapshot, in the form in which the stream would send them if they were inserted now.
 * @param most the maximum number of rows.
 */
export async function* readRows(
  client: pg.Client,
  table: string,
  range: RowRange | null,
  { most, batch }: { most: number; batch: number },
): AsyncGenerator<Change[]> {
  const found = await readColumns(client, table);
  const [first] = found;
  if (!first) throw new SourceProblem(`The source has no table ${table}.`);
  const kinds = await createValueKinds(client)(found.map(({ name, oid }) => ({ name, typeOid: oid })));
  const list = found.map(({ name }) => quoted(name)).join(', ');
  await client.query(
    `declare rows_of_source no scroll cursor with hold for select ${list}
     from ${first.is_partitioned ? '' : 'only '}${quotedTable(table)}${whereOf(found, table, range)} limit ${most}`,
  );
  try {
    for (;;) {
      const { rows } = await client.query({
        text: `fetch ${batch} from rows_of_source`,
        rowMode: 'array',
        types: AS_SENT,
      });
      if (rows.length === 0) return;
      yield values.parse(rows).map((row) => ({
        table,
        operation: 'insert' as const,
        row: Object.fromEntries(found.map(({ name }, index) => [name, row[index] ?? null])),
        old: null,
        kinds,
      }));
    }
  } finally {
    await client.query('close rows_of_source').catch(() => {});
  }
}

/** How many rows a range has. */
export async function countRows(client: pg.Client, table: string, range: RowRange | null): Promise<number> {
  const found = await readColumns(client, table);
  const { rows } = await client.query<{ count: string }>(
    `select count(*) as count from ${found[0]?.is_partitioned ? '' : 'only '}${quotedTable(table)}${whereOf(found, table, range)}`,
  );
  return Number(rows[0]?.count ?? 0);
}

function whereOf(found: readonly TableColumn[], table: string, range: RowRange | null): string {
  if (!range) return '';
  const column = found.find(({ name }) => name === range.column);
  if (!column) throw new SourceProblem(`${table} has no column "${range.column}".`);
  const bound = (sign: string, text: string | null) =>
    text === null ? [] : [`${quoted(column.name)} ${sign} ${pg.escapeLiteral(text)}::${column.type}`];
  const bounds = [...bound('>=', range.from), ...bound('<=', range.until)];
  return bounds.length === 0 ? '' : ` where ${bounds.join(' and ')}`;
}
