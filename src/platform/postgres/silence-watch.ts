import pg from 'pg';
import { z } from 'zod';
import { databaseProblem } from './database-down.ts';

export type SilenceWatch = {
  /** Looks after a connection from now on. */
  watch(client: pg.ClientBase): void;
  /** Says that a connection waits in a pool: then it goes as soon as another one was found dead. */
  setIdle(client: pg.ClientBase, isIdle: boolean): void;
  stop(): void;
};

type Watched = {
  /** When its last byte came, by `performance.now()`. */
  heardAt: number;
  /** Since when a statement is seen unanswered; null while none is. */
  busySince: number | null;
  isIdle: boolean;
};
/** What `pg` has and its types do not say. */
type Inner = pg.ClientBase & {
  processID: number | null;
  readyForQuery: boolean;
  connection: { stream: import('node:net').Socket };
};

/** After so long without a packet the kernel asks whether the other side is there. */
export const KEEP_ALIVE_MS = 5_000;
const LOOK_EVERY_MS = 500;
/** A statement that is unanswered for so long is asked after. Most take some milliseconds. */
const SILENT_MS = 3_000;
const PROBE_MS = 3_000;
/** If PostgreSQL can't be asked either, a connection is given up after this time. */
const HOPELESS_MS = 8_000;

const states = z.array(z.object({ is_direct: z.boolean(), working: z.array(z.int()) }));
/**
 * Which of our backends are still working. A backend that waits for us while we wait for it has lost our statement or
 * its result. Behind a pooler, the numbers are the pooler's own and mean nothing.
 */
const PROBE = `select pg_backend_pid() = $2 as is_direct, array(
    select pid from pg_stat_activity where pid = any($1::int[])
      and (state is null or state in ('active', 'fastpath function call', 'disabled'))
      and wait_event_type is distinct from 'Client') as working`;

/**
 * Finds connections whose packets vanish, as where a firewall has forgotten them or a network has a hole: TCP would send
 * again for a quarter of an hour, and a time limit has to be longer than the longest honest statement. A statement that is
 * unanswered for three seconds is asked after on a new connection; when PostgreSQL no longer works on it, or cannot be
 * asked for eight seconds, the connection is cut, and its statement fails as one whose server is away. With it go the
 * connections of the pool that were idle meanwhile.
 */
export function watchSilence(options: pg.ClientConfig): SilenceWatch {
  const watched = new Map<Inner, Watched>();
  let isProbing = false;
  let isBlind = false;

  const cut = (client: Inner) => {
    watched.delete(client);
    client.connection.stream.destroy(new Error('Connection terminated: PostgreSQL was silent'));
  };

  function isSilent(client: Inner, at: number): boolean {
    const state = watched.get(client);
    return (
      state !== undefined && state.busySince !== null && at - Math.max(state.heardAt, state.busySince) >= SILENT_MS
    );
  }

  function look(): void {
    const now = performance.now();
    for (const [client, state] of watched) {
      if (client.readyForQuery) state.busySince = null;
      else state.busySince ??= now;
    }
    const silent = [...watched.keys()].filter((client) => isSilent(client, now));
    if (silent.length === 0 || isProbing || isBlind) return;
    isProbing = true;
    void probe(silent).finally(() => {
      isProbing = false;
    });
  }

  async function probe(silent: readonly Inner[]): Promise<void> {
    const since = Math.min(...silent.map((client) => watched.get(client)?.busySince ?? Infinity));
    let isLost: (client: Inner) => boolean;
    try {
      const working = await askAfter(silent.flatMap(({ processID }) => processID ?? []));
      isLost = ({ processID }) => !working.has(processID ?? 0);
    } catch (error) {
      const problem = databaseProblem(error);
      // A server that answers, and be it by refusing us, is not silent.
      if (problem !== 'unreachable' && problem !== 'too_slow') return;
      isLost = (client) => performance.now() - (watched.get(client)?.busySince ?? Infinity) >= HOPELESS_MS;
    }
    // Who was heard meanwhile is silent no longer.
    const lost = silent.filter((client) => isSilent(client, performance.now()) && isLost(client));
    if (lost.length === 0) return;
    for (const client of lost) cut(client);
    for (const [client, { isIdle, heardAt }] of watched) if (isIdle && heardAt < since) cut(client);
  }

  async function askAfter(pids: readonly number[]): Promise<Set<number>> {
    const client = new pg.Client({ ...options, connectionTimeoutMillis: PROBE_MS, query_timeout: PROBE_MS });
    client.on('error', () => {}); // the query in progress reports it
    try {
      await client.connect();
      const { rows } = await client.query(PROBE, [pids, (client as unknown as Inner).processID]);
      const [found] = states.parse(rows);
      if (found?.is_direct) return new Set(found.working);
      isBlind = true;
      return new Set(pids);
    } finally {
      void client.end().catch(() => {});
      (client as unknown as Inner).connection.stream.unref();
    }
  }

  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    watch(given) {
      const client = given as Inner;
      const state = { heardAt: performance.now(), busySince: null, isIdle: false };
      watched.set(client, state);
      client.connection.stream.on('data', () => {
        state.heardAt = performance.now();
      });
      client.once('end', () => watched.delete(client));
    },
    setIdle(client, isIdle) {
      const state = watched.get(client as Inner);
      if (state) state.isIdle = isIdle;
    },
    stop: () => clearInterval(timer),
  };
}
