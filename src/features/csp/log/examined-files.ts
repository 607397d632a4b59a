import { z } from 'zod';
import type { StreamFile } from '#features/csp/live/stream-files.ts';
import type { DuckDb } from '#platform/duckdb.ts';
import { checkLineEnds } from '#platform/log-files/line-ends.ts';
import { GROUP_ID } from './line-sql.ts';
import { createParameters, type Parameters } from './parameters.ts';
import { type Reading, readSql } from './read-sql.ts';

/**
 * What is known of the files. In DuckDB's memory there is the table `seen`: when each group was first seen in each file
 * that nobody adds to any more, some 30 bytes a group.
 */
type Examined = {
  /** Up to where the lines of a file were looked at, and whether none is torn. */
  files: Map<string, { end: number; isWhole: boolean; isOver: boolean }>;
  /** The files of `seen`, by the numbers that it has for them. */
  seen: Map<string, number>;
  last: number;
  turn: Promise<unknown>;
};

const CLOSING_BRACE = 125;

/** Looks at what came since the last time, once for all who ask. @returns how to read the files. */
export async function examine(duckdb: DuckDb, files: readonly StreamFile[], longLines: boolean): Promise<Reading> {
  const { files: known } = await inTurn(duckdb, async (examined) => {
    for (const { path, isGrowing } of files) {
      const { end, isWhole, isOver } = examined.files.get(path) ?? { end: 0, isWhole: true, isOver: false };
      if (isOver) continue;
      const added = await checkLineEnds(path, end, CLOSING_BRACE);
      examined.files.set(path, { end: added.end, isWhole: isWhole && added.areSame, isOver: !isGrowing });
    }
  });
  const isWhole = ({ path }: StreamFile) => known.get(path)?.isWhole ?? false;
  return { whole: files.filter(isWhole), others: files.filter((file) => !isWhole(file)), longLines };
}

/** Brings `seen` up to date, of which these are all files. @returns a text that changes with it. */
export async function updateSeen(duckdb: DuckDb, { whole, others, longLines }: Reading): Promise<string> {
  const isOver = ({ isGrowing }: StreamFile) => !isGrowing;
  const over = { whole: whole.filter(isOver), others: others.filter(isOver), longLines };
  const { last, seen } = await inTurn(duckdb, async (examined) => {
    const there = new Set([...whole, ...others].map(({ path }) => path));
    for (const path of examined.files.keys()) if (!there.has(path)) examined.files.delete(path);
    await forget(
      duckdb,
      examined,
      [...examined.seen].filter(([path]) => !there.has(path)),
    );
    await add(duckdb, examined, over);
  });
  return `${last} ${seen.size}`;
}

async function inTurn(duckdb: DuckDb, work: (examined: Examined) => Promise<void>): Promise<Examined> {
  const examined = duckdb.keep('examined files', (): Examined => {
    const turn = run(duckdb, 'create table seen (grp VARCHAR, first_seen BIGINT, file INTEGER)');
    return { files: new Map(), seen: new Map(), last: 0, turn };
  });
  const turn = examined.turn.then(() => work(examined));
  examined.turn = turn.catch(() => {});
  await turn;
  return examined;
}

async function forget(duckdb: DuckDb, examined: Examined, gone: [path: string, number: number][]): Promise<void> {
  if (gone.length === 0) return;
  const numbers = gone.map(([, number]) => number).join(', ');
  // Recreated, because deleting rows from a table doesn't free its memory.
  await run(duckdb, `create or replace table seen as select * from seen where file not in (${numbers})`);
  for (const [path] of gone) examined.seen.delete(path);
}

async function add(duckdb: DuckDb, examined: Examined, { whole, others, longLines }: Reading): Promise<void> {
  const isNew = ({ path }: StreamFile) => !examined.seen.has(path);
  const reading = { whole: whole.filter(isNew), others: others.filter(isNew), longLines };
  const paths = [...reading.whole, ...reading.others].map(({ path }) => path);
  if (paths.length === 0) return;
  const parameters = createParameters();
  const number = `${examined.last} + list_position(${parameters.bind(paths)}, filename)`;
  await run(duckdb, `insert into seen ${firstSeenOf(reading, `, ${number}`, parameters)}`, parameters);
  for (const path of paths) {
    examined.last += 1;
    examined.seen.set(path, examined.last);
  }
}

/** When each group was first seen in these files, with more columns. */
const firstSeenOf = (reading: Reading, more: string, parameters: Parameters): string => `
  select csp."group" as grp, min(time) as first_seen ${more}
  from ${readSql(reading, { time: 'BIGINT', csp: { group: 'VARCHAR' } }, parameters)}
  where regexp_matches(csp."group", '${GROUP_ID}') group by all`;

/** When each group was first seen in `seen`, and in the files that still grow. */
export function firstSeenSql({ whole, others, longLines }: Reading, parameters: Parameters): string {
  const isGrowing = (file: StreamFile) => file.isGrowing;
  const growing = { whole: whole.filter(isGrowing), others: others.filter(isGrowing), longLines };
  return `(select grp, first_seen from seen union all ${firstSeenOf(growing, '', parameters)})`;
}

const run = (duckdb: DuckDb, sql: string, parameters = createParameters()) =>
  duckdb.ask({ sql, parameters: parameters.values, row: z.unknown() });
