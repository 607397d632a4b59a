import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { parseLsn } from '#core/sources/lsn.ts';
import { connectionTo } from './source-connection.ts';
import { explain, lostSlot, quoted, SourceProblem } from './source-problem.ts';
import type { LogEnd } from './source-state.ts';

const slots = z.array(
  z.object({
    wal_status: z.string().nullable(),
    plugin: z.string().nullable(),
    here: z.boolean(),
    confirmed: z.string().nullable(),
    behind: z.coerce.number().nullable(),
    failover: z.boolean(),
  }),
);
const newSlots = z.tuple([z.object({ confirmed: z.coerce.bigint() })]);

type Preparing = {
  client: pg.Client;
  connectionString: string;
  slot: string;
  user: string;
  /** Whether an administrator requested a new slot, whatever the state of the old one. */
  isNewAsked: boolean;
  /** Called when changes up to now are lost. `behind` in bytes, null if there is no slot. */
  onLost: (behind: number | null) => Promise<void>;
  /** Called before a slot is created. */
  beforeNew: () => Promise<void>;
};

/**
 * Creates the slot if it is missing or a new one was requested.
 * @returns the position up to which the log was acknowledged, whether standbys keep a copy of the slot, and whether it is new.
 * @throws SourceProblem with the statement that fixes it.
 */
export async function prepareSlot(
  preparing: Preparing,
): Promise<{ confirmed: bigint; isFailover: boolean; isNew: boolean }> {
  const { client, slot, user, isNewAsked, onLost, beforeNew } = preparing;
  const { rows } = await client.query(
    `select wal_status, plugin, database = current_database() as here,
       (confirmed_flush_lsn - '0/0'::pg_lsn)::text as confirmed, pg_current_wal_lsn() - confirmed_flush_lsn as behind,
       coalesce((to_jsonb(s) ->> 'failover')::boolean, false) as failover
     from pg_replication_slots s where slot_name = $1`,
    [slot],
  );
  const [found] = slots.parse(rows);
  if (found && isNewAsked) await dropSlot(client, slot, user);
  else if (found?.wal_status === 'lost') {
    await onLost(found.behind);
    throw lostSlot(slot);
  } else if (found && (!found.here || found.plugin !== 'pgoutput'))
    throw new SourceProblem(
      `The slot ${slot} belongs to another database or plugin. Drop it, and the console creates a new one.`,
      `SELECT pg_drop_replication_slot('${slot}');`,
    );
  else if (found) {
    const isFailover = found.failover || (await makeFailover(preparing));
    return { confirmed: BigInt(found.confirmed ?? 0), isFailover, isNew: false };
  }
  await onLost(null);
  await beforeNew();
  return createSlot(client, slot, user);
}

async function dropSlot(client: pg.Client, slot: string, user: string): Promise<void> {
  await endOtherReader(client, slot);
  await client.query('select pg_drop_replication_slot($1)', [slot]).catch((error: unknown) => {
    throw explain(error, { slot, user });
  });
}

/** Creates a failover slot if the source supports it (PostgreSQL 17 and later), so that a failover loses nothing. */
async function createSlot(client: pg.Client, slot: string, user: string) {
  const create = async (isFailover: boolean) => {
    const { rows } = await client.query(
      `select (lsn - '0/0'::pg_lsn)::text as confirmed from pg_create_logical_replication_slot($1, 'pgoutput'${
        isFailover ? ', failover => true' : ''
      })`,
      [slot],
    );
    return { confirmed: newSlots.parse(rows)[0].confirmed, isFailover, isNew: true };
  };
  const canFailover = await hasFailoverSlots(client);
  return create(canFailover)
    .catch((error: unknown) => {
      if (!canFailover) throw error;
      return create(false);
    })
    .catch((error: unknown) => {
      throw explain(error, { slot, user });
    });
}

async function hasFailoverSlots(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ can: boolean }>(
    `select current_setting('server_version_num')::int >= 170000 as can`,
  );
  return rows[0]?.can ?? false;
}

/** Converts an existing slot to a failover slot. If that isn't possible, the slot stays as it is. */
async function makeFailover({ client, connectionString, slot }: Preparing): Promise<boolean> {
  if (!(await hasFailoverSlots(client))) return false;
  await endOtherReader(client, slot);
  try {
    await askReplication(connectionString, `ALTER_REPLICATION_SLOT ${quoted(slot)} ( FAILOVER true )`);
    return true;
  } catch {
    return false;
  }
}

/** Runs a command of the replication protocol. */
async function askReplication(connectionString: string, command: string): Promise<Record<string, unknown>[]> {
  const settings = { ...connectionTo(connectionString, 'slot'), replication: 'database', query_timeout: 20_000 };
  const client = new pg.Client(settings);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(command)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Ends the connection of a process that uses the slot without the lease. That process has ended or is about to. If its
 * machine fell silent, PostgreSQL would keep the connection, and with it the slot, for a minute.
 */
export async function endOtherReader(control: pg.Client, slot: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const { rowCount } = await control
      .query(
        `select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1 and active_pid is not null`,
        [slot],
      )
      // The connection of another role, which we may not end. Using the slot then fails with the process that holds it.
      .catch(() => ({ rowCount: 0 }));
    if (rowCount === 0) return;
    await delay(100);
  }
}

/** SQLSTATE undefined_file (PostgreSQL, appendix A). */
const NO_FILE = '58P01';
const logEnds = z.tuple([z.object({ timeline: z.int(), end: z.coerce.bigint() })]);

/** The source's current timeline, which increases when a standby is promoted, and where its log ends. */
export async function readLogEnd(client: pg.Client): Promise<LogEnd> {
  const { rows } = await client.query(
    `select ('x' || left(pg_walfile_name(now), 8))::bit(32)::int as timeline, now - '0/0'::pg_lsn as "end"
     from pg_current_wal_lsn() as now`,
  );
  return logEnds.parse(rows)[0];
}

/**
 * Where the log of an earlier timeline ended for the one that continues (PostgreSQL's protocol: TIMELINE_HISTORY).
 * @returns null when it does not descend from that timeline, or its history was deleted.
 */
export async function endOfTimeline(connectionString: string, earlier: number, now: number): Promise<bigint | null> {
  if (now < earlier) return null;
  const [row] = await askReplication(connectionString, `TIMELINE_HISTORY ${now}`).catch((error: { code?: string }) => {
    if (error.code === NO_FILE) return [];
    throw error;
  });
  const content = row?.content;
  const text = Buffer.isBuffer(content) ? content.toString() : typeof content === 'string' ? content : '';
  const line = text.split('\n').find((one) => one.split('\t')[0]?.trim() === String(earlier));
  const lsn = line?.split('\t')[1];
  return lsn ? parseLsn(lsn.trim()) : null;
}
