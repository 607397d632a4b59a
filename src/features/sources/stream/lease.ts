import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

/** A reader that hasn't renewed the lease for this long loses it to the next process that tries. */
const LEASE = '8 seconds';
/** A lease that ends later than this was given while PostgreSQL's clock was ahead, and is void. */
const LONGEST_LEASE = '16 seconds';
export const RENEW_EVERY_MS = 2_000;

/** A position in the stream: everything committed before `lsn`, and `index` changes of the transaction that commits there. */
export type StreamPosition = { lsn: bigint; index: number };

export type Lease = {
  token: string;
  slot: string;
  position: StreamPosition;
  isPaused: boolean;
};

const leases = z.array(
  z.object({
    token: z.string(),
    slot: z.string(),
    lsn: z.coerce.bigint(),
    index: z.int(),
    is_paused: z.boolean(),
  }),
);

type Database = Pick<Platform, 'pool'>;

/** Registers the source. Its slot gets a unique name. */
export async function registerSource({ pool }: Database, key: string, address: string): Promise<void> {
  await pool.query(
    `insert into source (database_key, slot_name, address)
     values ($1, 'honeyframe_' || left(replace(gen_random_uuid()::text, '-', ''), 12), $2)
     on conflict (database_key) do update set address = excluded.address where source.address <> excluded.address`,
    [key, address],
  );
}

/** @returns null if another process holds it. */
export async function takeLease({ pool }: Database, key: string, holder: string): Promise<Lease | null> {
  const { rows } = await pool.query(
    `update source set lease_token = gen_random_uuid(), lease_until = now() + interval '${LEASE}', lease_holder = $2
     where database_key = $1 and (lease_until is null or lease_until < now()
       or lease_until > now() + interval '${LONGEST_LEASE}' or lease_holder = $2)
     returning lease_token as token, slot_name as slot, applied_lsn as lsn, applied_index as index,
       paused_at is not null as is_paused`,
    [key, holder],
  );
  const [row] = leases.parse(rows);
  if (!row) return null;
  const { lsn, index, is_paused, ...rest } = row;
  return { ...rest, position: { lsn, index }, isPaused: is_paused };
}

const renewed = z.array(z.object({ is_paused: z.boolean(), is_slot_asked: z.boolean(), mappings: z.string() }));

/**
 * @returns whether the stream is paused, and a value that changes with the mappings; null if the lease is lost.
 */
export async function renewLease({ pool }: Database, token: string) {
  const { rows } = await pool.query(
    `update source set lease_until = now() + interval '${LEASE}' where lease_token = $1
     returning paused_at is not null as is_paused, new_slot_asked_at is not null as is_slot_asked,
       (select count(*) || '/' || coalesce(sum(revision), 0) from source_mapping) as mappings`,
    [token],
  );
  const [row] = renewed.parse(rows);
  return row ? { isPaused: row.is_paused, isSlotAsked: row.is_slot_asked, mappings: row.mappings } : null;
}

export async function releaseLease({ pool }: Database, token: string): Promise<void> {
  await pool.query('update source set lease_token = null, lease_until = null where lease_token = $1', [token]);
}

const positions = z.array(z.object({ lsn: z.coerce.bigint(), index: z.int() }));

/** How far the stream is applied, for the holder of the lease. */
export async function takePosition({ pool }: Database, token: string): Promise<StreamPosition> {
  const { rows } = await pool.query(
    'select applied_lsn as lsn, applied_index as index from source where lease_token = $1',
    [token],
  );
  return positions.parse(rows)[0] ?? { lsn: 0n, index: 0 };
}
