import type pg from 'pg';
import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import type { Warning } from './judge-table.ts';

/** From this amount of retained log on, the page and the application log warn. */
const RETAINED_WARNING_BYTES = 1024 ** 3;
const MOST_SAMPLES = 1_000;

const measures = z.array(
  z.object({
    now: z.coerce.bigint(),
    at: z.date(),
    lag: z.coerce.number(),
    retained: z.coerce.number(),
    wal_status: z.string().nullable(),
    limit_mb: z.coerce.number(),
  }),
);
const counts = z.tuple([z.object({ changes: z.coerce.number(), read_until: z.date().nullable() })]);

/** `passed`: the position up to which the log was acknowledged. */
export type Measure =
  | { is: 'kept'; behind: number; passed: bigint }
  | { is: 'lost' | 'missing'; behind: number | null };

/**
 * Measures how far the slot is behind, in bytes and in seconds, and how much of the source's disk it retains. Seconds:
 * how long ago the source's log ended at the position of the slot.
 */
export function createLagMeter(platform: Pick<Platform, 'pool'>, control: pg.Client, slot: string, token: string) {
  const samples: { at: Date; end: bigint }[] = [];
  let before: { at: number; changes: number } | null = null;

  /** When the log ended at the slot's position, as far as it was observed. */
  const reachedAt = (confirmed: bigint) => samples.findLast(({ end }) => end <= confirmed)?.at;

  return async (warnings: readonly Warning[]): Promise<Measure> => {
    const { rows } = await control.query(
      `select pg_current_wal_lsn() - '0/0'::pg_lsn as now, clock_timestamp() as at,
         pg_current_wal_lsn() - confirmed_flush_lsn as lag, pg_current_wal_lsn() - restart_lsn as retained, wal_status,
         (select setting from pg_settings where name = 'max_slot_wal_keep_size') as limit_mb
       from pg_replication_slots where slot_name = $1`,
      [slot],
    );
    const [measured] = measures.parse(rows);
    if (!measured) return { is: 'missing', behind: null };
    if (measured.wal_status === 'lost') return { is: 'lost', behind: measured.lag };
    const now = performance.now();
    const end = measured.now;
    samples.push({ at: measured.at, end });
    if (samples.length > MOST_SAMPLES) samples.shift();
    const lag = Math.max(0, measured.lag);
    const { rows: counted } = await platform.pool.query(
      'select changes, read_until from source where lease_token = $1',
      [token],
    );
    const { changes, read_until } = counted.length > 0 ? counts.parse(counted)[0] : { changes: 0, read_until: null };
    const readUntil = reachedAt(end - BigInt(lag)) ?? read_until;
    const since = readUntil ?? samples[0]?.at ?? measured.at;
    const seconds = lag === 0 ? 0 : Math.max(0, measured.at.getTime() - since.getTime()) / 1000;
    const throughput = before ? (changes - before.changes) / ((now - before.at) / 1000) : 0;
    before = { at: now, changes };
    const all = [...warnings, ...guard(measured)];
    await platform.pool.query(
      `update source set lag_bytes = $2, lag_seconds = $3, retained_bytes = $4, throughput = $5, warnings = $6::jsonb,
         read_until = $7, measured_at = now() where lease_token = $1`,
      [token, lag, seconds, measured.retained, Math.max(0, throughput), JSON.stringify(all), readUntil],
    );
    return { is: 'kept', behind: lag, passed: end - BigInt(lag) };
  };
}

/** An unread slot retains the source's log without end, unless the source sets a limit. */
function guard({ retained, limit_mb, wal_status }: z.infer<typeof measures>[number]): Warning[] {
  const warnings: Warning[] = [];
  if (wal_status === 'unreserved')
    warnings.push({
      message:
        'The slot is behind by more than the source keeps of its log. Resume reading now, or changes will be lost.',
      remedy: null,
    });
  if (retained >= RETAINED_WARNING_BYTES)
    warnings.push({
      message: `The slot retains ${(retained / 1024 ** 3).toFixed(1)} GiB of log on the source's disk.`,
      remedy: null,
    });
  if (limit_mb < 0)
    warnings.push({
      message:
        'The source keeps its log for the slot without a limit. A stream that stops for a long time fills the source’s disk.',
      remedy: `ALTER SYSTEM SET max_slot_wal_keep_size = '20GB'; SELECT pg_reload_conf();`,
    });
  return warnings;
}
