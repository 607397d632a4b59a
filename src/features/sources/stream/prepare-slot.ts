import type pg from 'pg';
import { z } from 'zod';
import { explain, lostSlot, quoted, SourceProblem } from './source-problem.ts';

export type Warning = { message: string; remedy: string | null };

/** A table that mappings read, and whether they need to know rows as they were. */
export type WatchedTable = { table: string; needsOld: boolean };

const tables = z.array(
  z.object({ name: z.string(), exists: z.boolean(), identity: z.string().nullable(), has_key: z.boolean() }),
);
const publications = z.array(z.object({ all: z.boolean(), names: z.array(z.string()) }));
const slots = z.array(
  z.object({
    wal_status: z.string().nullable(),
    plugin: z.string().nullable(),
    here: z.boolean(),
    confirmed: z.string().nullable(),
  }),
);

const newSlots = z.tuple([z.object({ confirmed: z.coerce.bigint() })]);

export const quotedTable = (table: string) => table.split('.').map(quoted).join('.');

/**
 * Makes the publication and the slot where they are missing, and brings the publication in line with the mappings.
 * @param beforeSlot done before a slot is made.
 * @returns what deserves attention, and up to where the slot's log was acknowledged.
 * @throws SourceProblem with the statement that helps.
 */
export async function prepareSlot(
  client: pg.Client,
  slot: string,
  user: string,
  watched: readonly WatchedTable[],
  beforeSlot: () => Promise<void>,
): Promise<{ warnings: Warning[]; confirmed: bigint }> {
  const warnings = await preparePublication(client, slot, user, watched);
  const { rows } = await client.query(
    `select wal_status, plugin, database = current_database() as here,
       (confirmed_flush_lsn - '0/0'::pg_lsn)::text as confirmed
     from pg_replication_slots where slot_name = $1`,
    [slot],
  );
  const [found] = slots.parse(rows);
  if (found?.wal_status === 'lost') throw lostSlot(slot);
  if (found && (!found.here || found.plugin !== 'pgoutput'))
    throw new SourceProblem(
      `The slot ${slot} is of another database or plugin: drop it, and a new one is made.`,
      `SELECT pg_drop_replication_slot('${slot}');`,
    );
  if (found) return { warnings, confirmed: BigInt(found.confirmed ?? 0) };
  await beforeSlot();
  const { rows: made } = await client
    .query(`select (lsn - '0/0'::pg_lsn)::text as confirmed from pg_create_logical_replication_slot($1, 'pgoutput')`, [
      slot,
    ])
    .catch((error: unknown) => {
      throw explain(error, { slot, user });
    });
  return { warnings, confirmed: newSlots.parse(made)[0].confirmed };
}

async function preparePublication(
  client: pg.Client,
  slot: string,
  user: string,
  watched: readonly WatchedTable[],
): Promise<Warning[]> {
  const { usable, warnings } = await usableTables(client, watched);
  if (usable.length === 0)
    throw new SourceProblem(
      `The source has none of the tables that are read (${watched.map(({ table }) => table).join(', ')}): check SOURCE_DATABASE_URL.`,
    );
  const list = usable.map(quotedTable).join(', ');
  const { rows } = await client.query(
    `select p.puballtables as all, coalesce(array_agg(t.schemaname || '.' || t.tablename)
         filter (where t.tablename is not null), '{}') as names
     from pg_publication p left join pg_publication_tables t on t.pubname = p.pubname
     where p.pubname = $1 group by p.puballtables`,
    [slot],
  );
  const [found] = publications.parse(rows);
  const isRight = found?.all || found?.names.toSorted().join() === usable.toSorted().join();
  if (isRight) return warnings;
  const statement = found
    ? `ALTER PUBLICATION ${quoted(slot)} SET TABLE ${list}`
    : `CREATE PUBLICATION ${quoted(slot)} FOR TABLE ${list}`;
  await client.query(statement).catch((error: unknown) => {
    throw explain(error, { slot, user, publication: `${statement};` });
  });
  return warnings;
}

/**
 * A table without a key cannot be published: PostgreSQL would refuse its updates and deletes from then on, to whoever
 * makes them.
 */
async function usableTables(client: pg.Client, watched: readonly WatchedTable[]) {
  const { rows } = await client.query(
    `select w.name, c.oid is not null as exists, c.relreplident::text as identity,
       exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as has_key
     from unnest($1::text[], $2::text[]) as w(name, quoted)
       left join pg_class c on c.oid = to_regclass(w.quoted) and c.relkind in ('r', 'p')`,
    [watched.map(({ table }) => table), watched.map(({ table }) => quotedTable(table))],
  );
  const usable: string[] = [];
  const warnings: Warning[] = [];
  for (const { name, exists, identity, has_key } of tables.parse(rows)) {
    const full = `ALTER TABLE ${quotedTable(name)} REPLICA IDENTITY FULL;`;
    const needsOld = watched.some((one) => one.table === name && one.needsOld);
    if (!exists)
      warnings.push({ message: `The source has no table ${name}: its changes make no events.`, remedy: null });
    else if (identity === 'n' || (identity === 'd' && !has_key))
      warnings.push({
        message: `${name} has no primary key, so its changes cannot be told apart and are not read.`,
        remedy: full,
      });
    else {
      usable.push(name);
      if (needsOld && identity !== 'f')
        warnings.push({
          message: `${name} does not say how rows were before: an update that leaves the status as it is makes an event again.`,
          remedy: full,
        });
    }
  }
  return { usable, warnings };
}
