import type { Change, ChangeMapping } from '#core/change-mapping.ts';
import type { Platform } from '#platform/scope.ts';
import { BUILT_IN_MAPPINGS } from '../built-in-mappings.ts';

const KEPT = 20;
const WRITE_EVERY_MS = 2_000;
/** A larger one is left out. */
const MOST_CHARACTERS = 20_000;

/** Keeps the last changes of the tables with mappings of one's own, for previews. What is lost of them does not matter. */
export function createSampler({ pool, log }: Pick<Platform, 'pool' | 'log'>, mappings: readonly ChangeMapping[]) {
  const builtIn = new Set(BUILT_IN_MAPPINGS.map(({ table }) => table));
  const tables = new Set(mappings.map(({ table }) => table).filter((table) => !builtIn.has(table)));
  let waiting: { change: Change; at: Date }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  function write(): void {
    timer = undefined;
    const rows = waiting.map(({ change: { table, operation, row, old, kinds }, at }) => ({
      table_name: table,
      operation,
      at,
      change: { row, old, kinds },
    }));
    waiting = [];
    writing = pool
      .query(
        `with added as (
           insert into source_sample (table_name, operation, at, change)
           select * from json_to_recordset($1::json) as s(table_name text, operation text, at timestamptz, change jsonb)
         )
         delete from source_sample s where exists (select from source_sample n
           where n.table_name = s.table_name and n.id > s.id order by n.id offset ${KEPT - 1} limit 1)`,
        [JSON.stringify(rows)],
      )
      .catch((error: unknown) => log.debug({ err: error }, 'Changes were not kept for the preview'));
  }

  return {
    see(change: Change): void {
      if (!tables.has(change.table) || JSON.stringify(change).length > MOST_CHARACTERS) return;
      waiting.push({ change, at: new Date() });
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
