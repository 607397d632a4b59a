import type pg from 'pg';
import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { hindrance } from './stream/judge-table.ts';
import { harmfulParts, readPublication } from './stream/published-tables.ts';
import { connectToSource, sourceAddressOf } from './stream/source-connection.ts';
import { explain } from './stream/source-problem.ts';

const tables = z.array(
  z.object({
    name: z.string(),
    kind: z.string(),
    columns: z.array(z.string()),
    /** Columns that PostgreSQL computes and does not send. */
    unsent: z.array(z.string()),
    parent: z.string().nullable(),
  }),
);
const listed = z.array(z.object({ name: z.string(), columns: z.array(z.string()), has_identity: z.boolean() }));

export type SourceTable = z.infer<typeof listed>[number];

/**
 * The console's own tables, which must not be published: secrets, sessions, and events, which would create events
 * without end.
 */
const OWN_SCHEMAS = ['public', 'dataintel', 'partition', 'pgboss'];
/** PostgreSQL's own schemas. */
const SYSTEM_SCHEMAS = ['pg_catalog', 'information_schema', 'pg_toast'];

/**
 * The tables of the source that mappings may read, with their columns.
 * @throws Refusal UNAVAILABLE when the source does not answer.
 */
export async function readTables(platform: Pick<Platform, 'config' | 'pool'>): Promise<SourceTable[]> {
  return askSource(platform, null, async (client) => {
    const { rows } = await client.query(
      `select n.nspname || '.' || c.relname as name, ${sentColumns('c')} as columns,
         not exists (${harmfulParts('c', 'true')}) as has_identity
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p' and n.nspname <> all($1)
         and n.nspname !~ '[."]' and c.relname !~ '[."]' and n.nspname !~ '^pg_temp_'
       order by 1 limit 1000`,
      [hiddenSchemas(platform)],
    );
    return listed.parse(rows);
  });
}

const sentColumns = (c: string) => `array(select attname::text from pg_attribute a where a.attrelid = ${c}.oid
  and attnum > 0 and not attisdropped and (attgenerated = '' or attgenerated = 's'
    and current_setting('server_version_num')::int >= 180000) order by attnum)`;

const hiddenSchemas = (platform: Pick<Platform, 'config' | 'pool'>) => [
  ...SYSTEM_SCHEMAS,
  ...(sourceAddressOf(platform).isOwn ? OWN_SCHEMAS : []),
];

/**
 * A table of the source, and why it can't be mapped if it can't. Null when there is no such readable table.
 * @throws Refusal UNAVAILABLE when the source does not answer.
 */
export async function readTable(platform: Pick<Platform, 'config' | 'pool'>, name: string) {
  const schema = name.split('.')[0] ?? '';
  if (hiddenSchemas(platform).includes(schema)) return null;
  return askSource(platform, name, async (client) => {
    const { tables: found } = await readPublication(client, '', [name]);
    const [facts] = found;
    if (!facts || facts.oid === null) return null;
    const { rows } = await client.query(
      `select n.nspname || '.' || c.relname as name, c.relkind::text as kind, ${sentColumns('c')} as columns,
         array(select attname::text from pg_attribute a where a.attrelid = c.oid and attnum > 0 and not attisdropped
           and attgenerated <> '') as unsent,
         (select pn.nspname || '.' || p.relname from pg_inherits i join pg_class p on p.oid = i.inhparent
           join pg_namespace pn on pn.oid = p.relnamespace where i.inhrelid = c.oid and c.relispartition) as parent
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = $1`,
      [facts.oid],
    );
    const [table] = tables.parse(rows);
    return table ? { ...table, hindrance: hindrance(facts) } : null;
  });
}

/**
 * Runs a query on the source.
 * @param table the queried table, for the statement that grants access to it.
 * @throws Refusal UNAVAILABLE with the reason, and the statement that fixes it.
 */
export async function askSource<Answer>(
  platform: Pick<Platform, 'config' | 'pool'>,
  table: string | null,
  work: (client: pg.Client) => Promise<Answer>,
): Promise<Answer> {
  const { connectionString, user } = sourceAddressOf(platform);
  const unavailable = (error: unknown) => {
    const { message, remedy } = explain(error, { slot: '', user, ...(table ? { table } : {}) });
    return new Refusal('UNAVAILABLE', remedy ? `${message} Run this on the source: ${remedy}` : message);
  };
  const client = await connectToSource(connectionString).catch((error: unknown) => {
    throw unavailable(error);
  });
  try {
    return await work(client).catch((error: unknown) => {
      throw error instanceof Refusal ? error : unavailable(error);
    });
  } finally {
    await client.end().catch(() => {});
  }
}
