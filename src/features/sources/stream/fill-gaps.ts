import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import type { Logger } from '#platform/log-files/log.ts';
import type { Platform } from '#platform/scope.ts';
import { loadMappingsOf } from '../own-mappings.ts';
import { checkEvents, LeaseLost } from './apply-changes.ts';
import type { Lease } from './lease.ts';
import type { RowRange } from './read-rows.ts';
import { type Scanned, scanGap } from './scan-gap.ts';
import { connectToSource, type SourceAddress } from './source-connection.ts';
import { explain, SourceProblem } from './source-problem.ts';

const LOOK_EVERY_MS = 2_000;
const CATCH_UP_EVERY_MS = 250;
const MOST_TRIES = 5;
const EVERY_ROW = 1_000_000_000;

type Filling = { platform: Platform; log: Logger; address: SourceAddress; lease: Lease };

export const fillSchema = z.object({
  column: z.string().nullable(),
  from: z.string().nullable(),
  until: z.string().nullable(),
});

/** Null for all rows. */
export const rangeOf = ({ column, from, until }: z.infer<typeof fillSchema>): RowRange | null =>
  column === null ? null : { column, from, until };

const gaps = z.array(z.object({ id: z.string(), table: z.string(), from_at: z.date().nullable(), fill: fillSchema }));

/**
 * Fills the gaps that administrators asked to fill, one after the other, while the stream is read. If it is
 * interrupted, the next reader starts again, and creates no event twice.
 */
export async function fillGaps(filling: Filling, signal: AbortSignal): Promise<void> {
  const { platform, log, lease } = filling;
  while (!signal.aborted) {
    try {
      // Events that were created before an interruption are found among the known ones.
      const { rows } = await platform.pool.query(
        `update source_gap set fill_state = 'running', fill_error = null, looked_at = 0, refused = 0,
           filled = done.count, known = -done.count
         from (select id, (select count(*) from source_fill f where f.gap_id = g.id) as count from source_gap g) as done
         where done.id = source_gap.id and source_gap.id = (select g.id from source_gap g join source s on s.database_key = g.database_key
           where s.lease_token = $1 and s.state = 'reading' and g.fill_state in ('asked', 'running') order by g.id limit 1)
         returning source_gap.id, table_name as table, from_at, fill`,
        [lease.token],
      );
      const [gap] = gaps.parse(rows);
      if (gap) await fillGap(filling, gap, signal);
    } catch (error) {
      if (error instanceof LeaseLost) return;
      log.warn({ err: error }, 'A gap could not be filled');
    }
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

async function fillGap(
  { platform, address, lease }: Filling,
  { id, table, from_at: since, fill }: z.infer<typeof gaps>[number],
  signal: AbortSignal,
): Promise<void> {
  let client: pg.Client | undefined;
  try {
    client = await connectToSource(address.connectionString);
    await client.query(`set statement_timeout = '10min'`);
    const asking = client;
    const mappings = await loadMappingsOf(platform, table);
    const rows = scanGap(platform, client, table, mappings, rangeOf(fill), {
      since,
      most: EVERY_ROW,
      now: new Date(),
      onRead: () => whenCaughtUp(asking, lease.slot, signal),
    });
    for await (const scanned of rows) {
      if (signal.aborted) return;
      await store(platform, lease.token, id, scanned);
    }
    await platform.pool.query(
      `update source_gap set fill_state = 'done', closed_at = now() where id = $1 and fill_state = 'running'`,
      [id],
    );
  } catch (error) {
    if (error instanceof LeaseLost || signal.aborted) throw error;
    const { message, remedy } = explain(error, { slot: lease.slot, user: address.user, table });
    await platform.pool.query(
      `update source_gap set fill_state = 'failed', fill_error = $2 where id = $1 and fill_state = 'running'`,
      [id, remedy ? `${message} Run this on the source: ${remedy}` : message],
    );
  } finally {
    await client?.end().catch(() => {});
  }
}

/**
 * Waits until the stream has passed the time at which the rows were read. Changes after the gap then have their events, so
 * they don't count as missing. Also returns when the signal aborts.
 */
async function whenCaughtUp(client: pg.Client, slot: string, signal: AbortSignal): Promise<void> {
  const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_lsn() as lsn');
  while (!signal.aborted) {
    const { rowCount } = await client.query(
      'select from pg_replication_slots where slot_name = $1 and confirmed_flush_lsn >= $2::pg_lsn',
      [slot, rows[0]?.lsn],
    );
    if (rowCount === 1) return;
    await delay(CATCH_UP_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

const answers = z.tuple([z.object({ lanes: z.array(z.string()) })]);

/** @throws LeaseLost, or the database's error. */
async function store(platform: Platform, token: string, id: string, { rows, candidates, known, refusals }: Scanned) {
  for (let attempt = 1; ; attempt += 1) {
    const { storing, refusals: invalid } = await checkEvents(platform, candidates);
    const given = storing.map(({ change: { mapping, hash }, event }) => ({ mapping, hash, event }));
    try {
      const { rows: answer } = await platform.pool.query(
        'select fill_source_gap($1, $2, $3, $4, $5, $6::json) as lanes',
        [token, id, rows, known, refusals.length + invalid.length, JSON.stringify(given)],
      );
      platform.live.notify('lanes', answers.parse(answer)[0].lanes);
      return;
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      if (code === 'HF001') throw new LeaseLost('Another process has taken over the change stream.', { cause: error });
      if (code === 'HF003') throw new SourceProblem('The gap was closed meanwhile.');
      const isPartition = code === '23514' && String(message).startsWith('no partition');
      if ((code !== 'HF002' && !isPartition) || attempt === MOST_TRIES) throw error;
      if (isPartition) await platform.pool.query('select ensure_partitions(7)');
    }
  }
}
