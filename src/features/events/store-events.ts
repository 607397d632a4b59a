import { z } from 'zod';
import { isDatabaseDown } from '#platform/database-down.ts';
import type { Platform } from '#platform/scope.ts';
import { isWithoutPartition } from '#platform/sql-state.ts';
import type { Transaction } from '#platform/transaction.ts';

/** A checked event, as the SQL function `publish_events` takes it. */
export type Storing = {
  organization_id: string;
  event_type: string;
  /** The names and patterns that a subscription to it may have. */
  patterns: string[];
  /** Of an own event type: the version that the data was checked against. */
  type_version: string | null;
  occurred_at: string | null;
  data: string;
  key: string | null;
  /** SHA-256 in hex. */
  hash: string | null;
  origin: string;
  actor_type: string;
  actor_id: string;
  actor_name: string;
};

const outcomes = z.array(
  z.object({
    id: z.string().nullable(),
    outcome: z.enum(['created', 'duplicate', 'conflict', 'stale_type', 'withheld']),
    deliveries: z.int(),
    lanes: z.array(z.string()),
  }),
);

export type Stored = { id: string; outcome: z.infer<typeof outcomes>[number]['outcome']; deliveries: number };

/**
 * Stores events and their deliveries in one statement, and tells the workers which lanes have work. Single events that
 * are published while another statement is under way go together in the next one: one commit serves them all, and each
 * is answered after it.
 * @param allOrNothing for a batch, which has a statement of its own.
 */
export async function storeEvents(
  platform: Platform,
  events: readonly Storing[],
  allOrNothing: boolean,
): Promise<Stored[]> {
  if (events.length === 0) return [];
  if (allOrNothing || events.length > 1) return run(platform, events, allOrNothing);
  const [event] = events;
  return event ? [await gathererOf(platform).add(event)] : [];
}

/** At most so many at once, so that one slow statement does not hold up all. */
const MOST_STATEMENTS = 2;
const MOST_GATHERED = 200;

type Waiting = { event: Storing; resolve: (stored: Stored) => void; reject: (cause: unknown) => void };
type Gatherer = { add(event: Storing): Promise<Stored> };

const gatherers = new WeakMap<Platform['pool'], Gatherer>();

function gathererOf(platform: Platform): Gatherer {
  const known = gatherers.get(platform.pool);
  if (known) return known;
  const made = createGatherer(platform);
  gatherers.set(platform.pool, made);
  return made;
}

function createGatherer(platform: Platform): Gatherer {
  const waiting: Waiting[] = [];
  let running = 0;

  function next(): void {
    while (waiting.length > 0 && running < MOST_STATEMENTS) {
      const group = waiting.splice(0, MOST_GATHERED);
      running += 1;
      void send(group).finally(() => {
        running -= 1;
        next();
      });
    }
  }

  async function send(group: Waiting[]): Promise<void> {
    try {
      const stored = await run(
        platform,
        group.map(({ event }) => event),
        false,
      );
      for (const [index, { resolve, reject }] of group.entries()) {
        const one = stored[index];
        if (one) resolve(one);
        else reject(new Error('The database left an event unanswered.'));
      }
    } catch (error) {
      // One that the database cannot take must not refuse the others; one that takes nothing is not asked for each again.
      if (group.length === 1 || isDatabaseDown(error)) for (const { reject } of group) reject(error);
      else await Promise.all(group.map((one) => send([one])));
    }
  }

  return {
    add: (event) =>
      new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject });
        // What this turn of the event loop still brings goes along.
        if (running < MOST_STATEMENTS) setImmediate(next);
      }),
  };
}

const STATEMENT = {
  name: 'publish_events',
  text: 'select event_id as id, outcome, deliveries, lanes from publish_events($1::json, $2) order by "position"',
};

async function run(platform: Platform, events: readonly Storing[], allOrNothing: boolean): Promise<Stored[]> {
  const values = [JSON.stringify(events.map((event, position) => ({ position, ...event }))), allOrNothing];
  const { pool } = platform;
  const { rows } = await pool.query({ ...STATEMENT, values }).catch(async (error: unknown) => {
    if (!isWithoutPartition(error)) throw error;
    await pool.query('select ensure_partitions(7)');
    return pool.query({ ...STATEMENT, values });
  });
  const stored = outcomes.parse(rows);
  platform.live.tell('lanes', [...new Set(stored.flatMap(({ lanes }) => lanes))]);
  return stored.map(({ id, outcome, deliveries }) => ({ id: id ?? '', outcome, deliveries }));
}

/**
 * Stores events in a transaction that is open already.
 * @returns the lanes to tell of them after its commit.
 */
export async function storeEventsWithin(tx: Transaction, events: readonly Storing[]): Promise<string[]> {
  const values = [JSON.stringify(events.map((event, position) => ({ position, ...event }))), true];
  const stored = outcomes.parse(await tx.$queryRawUnsafe(STATEMENT.text, ...values));
  const refused = stored.find(({ outcome }) => outcome !== 'created');
  if (refused) throw new Error(`An event of the console was not stored: ${refused.outcome}.`);
  return stored.flatMap(({ lanes }) => lanes);
}
