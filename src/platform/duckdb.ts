import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { z } from 'zod';
import { Refusal } from './trpc/refusal.ts';

export type DuckDbParameter = string | number | readonly string[];

/** A query in SQL. User input is only in the parameters. */
export type DuckDbQuestion<Row> = {
  sql: string;
  parameters: Readonly<Record<string, DuckDbParameter>>;
  row: z.ZodType<Row>;
};

/** DuckDB in this process, in its memory alone: it reads the files of one folder. */
export type DuckDb = {
  /**
   * Waits for its turn and runs the query.
   * @throws Refusal VALIDATION when it takes longer than 30 s, what DuckDB says, or the signal's reason when it is
   * aborted, which stops the work.
   */
  ask<Row>(question: DuckDbQuestion<Row>, signal?: AbortSignal): Promise<Row[]>;
  /** What goes with its tables: one for all copies of our code, of which Next makes its own. */
  keep<Kept>(name: string, make: () => Kept): Kept;
  close(): Promise<void>;
};

/** Each takes all of the threads when it is alone. */
const AT_ONCE = 2;
const THREADS = 2;
const MEMORY_LIMIT = '512MB';
/** Of one question, from its turn on. */
const LONGEST_MS = 30_000;

/** Loaded with the first question: it takes tens of megabytes, and a worker asks none. */
const loadDuckDb = () => import('@duckdb/node-api');

/** Opens it at the first question. It reaches what is below `folder` and nothing else, and loads no extension. */
export function createDuckDb(folder: string, longestMs = LONGEST_MS): DuckDb {
  let opened: Promise<DuckDBInstance> | undefined;
  const waiting: (() => void)[] = [];
  let running = 0;
  const kept = new Map<string, unknown>();

  async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (running < AT_ONCE) {
      running += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      const place = waiting.indexOf(resolve);
      if (place >= 0) waiting.splice(place, 1);
      reject(signal?.reason);
    };
    waiting.push(resolve);
    signal?.addEventListener('abort', giveUp, { once: true });
    await promise;
    signal?.removeEventListener('abort', giveUp);
  }

  function endTurn(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    async ask({ sql, parameters, row }, signal) {
      await takeTurn(signal);
      let connection: DuckDBConnection | undefined;
      let isTooLong = false;
      const interrupt = () => connection?.interrupt();
      const limit = setTimeout(() => {
        isTooLong = true;
        interrupt();
      }, longestMs);
      try {
        opened ??= open(folder);
        connection = await (await opened).connect();
        signal?.throwIfAborted();
        signal?.addEventListener('abort', interrupt, { once: true });
        const reader = await connection.runAndReadAll(sql, ...(await bound(parameters)));
        return reader.getRowObjectsJS().map((one) => row.parse(one));
      } catch (error) {
        signal?.throwIfAborted();
        throw isTooLong ? tooSlow(longestMs) : error;
      } finally {
        clearTimeout(limit);
        signal?.removeEventListener('abort', interrupt);
        connection?.closeSync();
        endTurn();
      }
    },
    keep<Kept>(name: string, make: () => Kept) {
      if (!kept.has(name)) kept.set(name, make());
      return kept.get(name) as Kept;
    },
    async close() {
      const instance = await opened?.catch(() => undefined);
      instance?.closeSync();
    },
  };
}

const tooSlow = (longestMs: number): Refusal =>
  new Refusal(
    'VALIDATION',
    `The query took longer than ${longestMs / 1000} s and was stopped. Choose a shorter time range or fewer filters.`,
  );

const isList = (value: DuckDbParameter): value is readonly string[] => typeof value === 'object';

/** An empty list does not tell what it is a list of. */
async function bound(parameters: Readonly<Record<string, DuckDbParameter>>) {
  const { LIST, listValue, VARCHAR } = await loadDuckDb();
  const entries = Object.entries(parameters);
  const values = entries.map(([name, value]) => [name, isList(value) ? listValue(value) : value] as const);
  const types = entries.flatMap(([name, value]) => (isList(value) ? [[name, LIST(VARCHAR)] as const] : []));
  return [Object.fromEntries(values), Object.fromEntries(types)] as const;
}

async function open(folder: string): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await loadDuckDb();
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(THREADS),
    memory_limit: MEMORY_LIMIT,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  // In this order: nothing can be allowed once the outside is closed.
  await connection.run(`set allowed_directories = ['${folder.replaceAll("'", "''")}']`);
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
  connection.closeSync();
  return instance;
}
