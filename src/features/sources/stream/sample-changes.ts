import type pg from 'pg';
import { z } from 'zod';
import type { Change, ChangeMapping } from '#core/sources/change-mapping.ts';
import type { Platform } from '#platform/scope.ts';
import { BUILT_IN_MAPPINGS } from '../built-in-mappings.ts';

const KEPT = 20;
const WRITE_EVERY_MS = 2_000;
/** Larger changes are not kept. */
const MOST_CHARACTERS = 20_000;

const erasureCounts = z.array(z.object({ table_name: z.string(), erasures: z.int() }));

/**
 * Keeps the last changes of tables with custom mappings, for previews. Losing some doesn't matter, but none may be
 * written after an event that was created from it was erased. Each change is kept with the number of erasures of its
 * table at the time when it was read, before there was an event, and is written only if there has been none since.
 */
export async function createSampler({ pool, log }: Pick<Platform, 'pool' | 'log'>, mappings: readonly ChangeMapping[]) {
  const builtIn = new Set(BUILT_IN_MAPPINGS.map(({ table }) => table));
  const sampled = mappings.filter(({ table }) => !builtIn.has(table));
  const tables = new Set(sampled.map(({ table }) => table));
  let known = await readErasures(pool, sampled);
  let waiting: { change: Change; at: Date; erasures: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  function write(): void {
    timer = undefined;
    const rows = waiting.map(({ change: { table, operation, row, old, kinds }, at, erasures }) => ({
      table_name: table,
      operation,
      at,
      change: { row, old, kinds },
      erasures,
    }));
    waiting = [];
    writing = store(rows).catch((error: unknown) =>
      log.debug({ err: error }, 'Changes could not be kept for the preview'),
    );
  }

  async function store(rows: readonly object[]): Promise<void> {
    const stored = await pool.query(
      `with held as materialized (
           select table_name, erasures from source_sample_origin where table_name = any($2)
             order by table_name, event_type for share
         ), present as (
           select table_name, sum(erasures)::int as erasures from held group by table_name
         ), added as (
           insert into source_sample (table_name, operation, at, change)
           select s.table_name, s.operation, s.at, s.change
             from json_to_recordset($1::json)
               as s(table_name text, operation text, at timestamptz, change jsonb, erasures int)
             join present using (table_name, erasures)
         ), gone as (
           delete from source_sample s where exists (select from source_sample n
             where n.table_name = s.table_name and n.id > s.id order by n.id offset ${KEPT - 1} limit 1)
         )
         select table_name, erasures from present`,
      [JSON.stringify(rows), [...tables]],
    );
    known = byTable(stored.rows);
  }

  return {
    see(change: Change): void {
      if (!tables.has(change.table) || JSON.stringify(change).length > MOST_CHARACTERS) return;
      waiting.push({ change, at: new Date(), erasures: known.get(change.table) ?? 0 });
      if (waiting.length > KEPT) waiting.shift();
      timer ??= setTimeout(write, WRITE_EVERY_MS);
    },
    async settle(): Promise<void> {
      if (timer) {
        clearTimeout(timer);
        write();
      }
      await writing;
    },
  };
}

/** Records the event types of the tables, deletes samples without a mapping, and returns each table's number of erasures. */
async function readErasures(pool: pg.Pool, sampled: readonly ChangeMapping[]): Promise<Map<string, number>> {
  const tables = sampled.map(({ table }) => table);
  await pool.query(
    `with added as (
       insert into source_sample_origin (table_name, event_type) select * from unnest($1::text[], $2::text[])
         on conflict do nothing
     ), gone as (
       delete from source_sample s where not exists (select from source_mapping m where m.table_name = s.table_name)
     )
     delete from source_sample_origin o where not exists (select from source_mapping m where m.table_name = o.table_name)`,
    [tables, sampled.map(({ event_type }) => event_type)],
  );
  const { rows } = await pool.query(
    `select table_name, sum(erasures)::int as erasures from source_sample_origin where table_name = any($1)
       group by table_name`,
    [tables],
  );
  return byTable(rows);
}

const byTable = (rows: unknown): Map<string, number> =>
  new Map(erasureCounts.parse(rows).map(({ table_name, erasures }) => [table_name, erasures]));
