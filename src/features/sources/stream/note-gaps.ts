import type { Platform } from '#platform/scope.ts';
import type { TableState } from './judge-table.ts';

type Database = Pick<Platform, 'pool'>;

/**
 * Called before a slot is created, or when it is lost: for every table that was read, changes committed after `read_until`
 * may be missing. Adds a gap only once, however often it is called.
 */
export async function openSlotGaps({ pool }: Database, token: string, behind: number | null): Promise<void> {
  await pool.query(
    `with held as (
       update source set lag_bytes = greatest(coalesce($2, lag_bytes), 1) where lease_token = $1
       returning database_key, read_until
     )
     insert into source_gap (database_key, table_name, cause, detail, from_at)
     select h.database_key, t.table_name, 'slot_lost', 'The slot was lost, and with it the changes that it had not sent.',
       h.read_until
     from held h join source_table t on t.database_key = h.database_key
     where not exists (select from source_gap g where g.database_key = h.database_key and g.table_name = t.table_name
       and g.cause = 'slot_lost' and g.until_at is null)`,
    [token, behind],
  );
}

/**
 * Called once there is a slot: ends the gap of the lost slot. A new slot has no earlier changes to read.
 * @param now by the source's clock.
 */
export async function endSlotGaps({ pool }: Database, token: string, isNew: boolean, now: Date): Promise<void> {
  await pool.query(
    `update source set read_until = case when $2 then $3::timestamptz else coalesce(read_until, last_change_at) end
     where lease_token = $1 and ($2 or read_until is null)`,
    [token, isNew, now],
  );
  await pool.query(
    `update source_gap g set until_at = $2 from source s
     where s.lease_token = $1 and g.database_key = s.database_key and g.cause = 'slot_lost' and g.until_at is null`,
    [token, now],
  );
}

/**
 * Called before a slot is created. The slot starts now, so nothing that it sends was applied before, even if the source
 * was restored and its log is behind the applied position. Tables are registered again.
 */
export async function beginAnew({ pool }: Database, token: string): Promise<void> {
  await pool.query(
    `with begun as (
       update source set gap_at = case when applied_lsn > 0 then now() else gap_at end, applied_lsn = 0,
         applied_index = 0, new_slot_asked_at = null, needs_new_slot = false
       where lease_token = $1 returning database_key
     )
     delete from source_table t using begun b where t.database_key = b.database_key`,
    [token],
  );
}

/**
 * Records the state of the tables, and a gap for each table that was not read for some time or was replaced.
 * @param now by the source's clock.
 */
export async function noteTables(
  { pool }: Database,
  token: string,
  states: readonly TableState[],
  now: Date,
): Promise<void> {
  const given = states.map(({ table, isRead, why, facts }) => ({
    table,
    is_read: isRead,
    why: why?.message ?? '',
    relation: facts.oid ?? 0,
    entry: facts.entry ?? 0,
  }));
  await pool.query(
    `with held as (
       select database_key as key from source where lease_token = $1 for share
     ), given as (
       select h.key, g.*, t.table_name is not null as is_known, t.read_at, t.relation_id, t.publication_entry
       from held h cross join json_to_recordset($2::json)
         as g("table" text, is_read boolean, why text, relation bigint, entry bigint)
         left join source_table t on t.database_key = h.key and t.table_name = g."table"
     ), stalled as (
       insert into source_gap (database_key, table_name, cause, detail, from_at)
       select g.key, g."table", 'not_published', g.why, g.read_at from given g
       where g.is_known and not g.is_read and not exists (select from source_gap o where o.database_key = g.key
         and o.table_name = g."table" and o.cause = 'not_published' and o.until_at is null)
     ), ended as (
       update source_gap o set until_at = $3 from given g
       where g.is_read and o.database_key = g.key and o.table_name = g."table" and o.cause = 'not_published'
         and o.until_at is null
       returning o.table_name
     ), changed as (
       insert into source_gap (database_key, table_name, cause, detail, from_at, until_at)
       select g.key, g."table", case when g.relation_id <> g.relation then 'replaced' else 'not_published' end,
         case when g.relation_id <> g.relation
           then 'Another table has this name now: rows that it already had made no events.'
           else 'The table was taken out of the publication and came back.' end, g.read_at, $3
       from given g
       where g.is_known and g.is_read and (g.relation_id, g.publication_entry) <> (g.relation, g.entry)
         and not exists (select from ended e where e.table_name = g."table")
     ), stored as (
       insert into source_table (database_key, table_name, relation_id, publication_entry, read_at)
       select g.key, g."table", g.relation, g.entry, $3 from given g where g.is_read
       on conflict (database_key, table_name) do update set relation_id = excluded.relation_id,
         publication_entry = excluded.publication_entry, read_at = excluded.read_at
     ), gone as (
       delete from source_table t using held h
       where t.database_key = h.key and not exists (select from given g where g."table" = t.table_name)
       returning t.table_name
     )
     update source_gap o set until_at = $3 from held h, gone
     where o.database_key = h.key and o.table_name = gone.table_name and o.until_at is null`,
    [token, JSON.stringify(given), now],
  );
}
