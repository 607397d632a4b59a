import { z } from 'zod';
import { Refusal } from '#platform/refusal.ts';
import type { Platform } from '#platform/scope.ts';
import { connectToSource, sourceAddressOf } from './stream/source-connection.ts';
import { explain } from './stream/source-problem.ts';

const tables = z.array(z.object({ name: z.string(), columns: z.array(z.string()), has_identity: z.boolean() }));

export type SourceTable = z.infer<typeof tables>[number];

/** Where the console itself keeps what is nobody's to publish: secrets, sessions, and events, which would go in circles. */
const OWN_SCHEMAS = ['public', 'dataintel', 'partition', 'pgboss'];
/** PostgreSQL's own, wherever it is. */
const SYSTEM_SCHEMAS = ['pg_catalog', 'information_schema', 'pg_toast'];

/**
 * The tables of the source that mappings may read, with their columns.
 * @throws Refusal SERVICE_UNAVAILABLE when the source does not answer.
 */
export async function readTables(platform: Pick<Platform, 'config' | 'pool'>): Promise<SourceTable[]> {
  const { isOwn } = sourceAddressOf(platform);
  return askSource(platform, async (ask) =>
    tables.parse(
      await ask(
        `select n.nspname || '.' || c.relname as name,
           array(select attname::text from pg_attribute a where a.attrelid = c.oid and attnum > 0 and not attisdropped
             order by attnum) as columns,
           c.relreplident in ('f', 'i') or c.relreplident = 'd'
             and exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as has_identity
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p' and n.nspname <> all($1)
           and n.nspname !~ '[."]' and c.relname !~ '[."]'
         order by 1 limit 1000`,
        [[...SYSTEM_SCHEMAS, ...(isOwn ? OWN_SCHEMAS : [])]],
      ),
    ),
  );
}

type Ask = (text: string, values?: unknown[]) => Promise<unknown[]>;

/** Asks the source something. @throws Refusal SERVICE_UNAVAILABLE, in words. */
export async function askSource<Answer>(
  platform: Pick<Platform, 'config' | 'pool'>,
  work: (ask: Ask) => Promise<Answer>,
): Promise<Answer> {
  const { connectionString, user } = sourceAddressOf(platform);
  const client = await connectToSource(connectionString).catch((error: unknown) => {
    throw new Refusal('SERVICE_UNAVAILABLE', explain(error, { slot: '', user }).message);
  });
  try {
    return await work(async (text, values) => (await client.query(text, values)).rows);
  } finally {
    await client.end().catch(() => {});
  }
}
