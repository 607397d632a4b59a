import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { createUuidV7 } from '#core/uuid-v7.ts';
import { definePart } from '#platform/define-part.ts';
import { isWithoutPartition } from '#platform/postgres/sql-state.ts';
import { type Transaction, untilAnswered } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { createPublishQueue, type PublishQueue } from './publish-queue.ts';

/** A checked event with its matching webhooks, in the form that the SQL function `publish_events` takes. */
export type Storing = {
  organization_id: string;
  event_type: string;
  /** The names and patterns that a webhook to it may have. */
  patterns: string[];
  /** Of an own event type: the version that the data was checked against. */
  type_version: string | null;
  /** Of the filters that were judged: the database compares. */
  filters: string | null;
  /** The webhooks whose filters let it through. */
  passing: string[];
  occurred_at: string | null;
  data: string;
  subject: string | null;
  key: string | null;
  /** SHA-256 in hex. */
  hash: string | null;
  origin: string;
  actor_type: string;
  actor_id: string;
  actor_name: string;
};

const OUTCOMES = [
  'created',
  'duplicate',
  'conflict',
  'stale_type',
  'stale_filters',
  'stale_clock',
  'withheld',
  'too_many',
] as const;
const answers = z.array(
  z.object({
    id: z.string(),
    outcome: z.enum(OUTCOMES),
    deliveries: z.int(),
    lanes: z.array(z.string()),
    clock_ms: z.number(),
  }),
);

export type Stored = { id: string; outcome: (typeof OUTCOMES)[number]; deliveries: number };

const MOST_TRIES = 5;
/** PostgreSQL's classes of errors that one event's data may cause: data exceptions, constraints, program limits. */
const ONE_EVENTS_FAULT = /^(22|23|54)/;

/**
 * Stores events of one organization and their deliveries in one transaction, and notifies the workers of queues that
 * have work.
 * @param isBatch all events are stored or none; otherwise there is a single event, which may share a statement with
 * others.
 * @throws what PostgreSQL says when nothing was stored, or Refusal SERVICE_UNAVAILABLE when that can't be determined.
 */
export async function storeEvents(platform: Platform, events: readonly Storing[], isBatch: boolean): Promise<Stored[]> {
  const [event] = events;
  if (!event) return [];
  const queue = queueOf(platform);
  if (isBatch) return queue.addBatch(event.organization_id, events);
  return [await queue.add(event.organization_id, event)];
}

const queueOf = definePart('publishing', (platform): PublishQueue<Storing, Stored> => {
  const clock = createClock();
  return createPublishQueue(
    (events, isBatch) => store(platform, clock, events, isBatch),
    (error) => ONE_EVENTS_FAULT.test(codeOf(error)),
  );
});

type Clock = ReturnType<typeof createClock>;

/** Ids by PostgreSQL's time, which decides to which day an event belongs. */
function createClock() {
  let offsetMs: number | undefined;
  const next = createUuidV7(() => performance.now() + (offsetMs ?? 0), randomBytes);
  return {
    isSet: () => offsetMs !== undefined,
    set: (databaseMs: number) => {
      offsetMs = databaseMs - performance.now();
    },
    nextId: next,
  };
}

/**
 * Ids are chosen before the statement. When its answer is lost, the events are looked for by their ids: what is there was
 * stored, and what is not is stored again under the same ids, so that nothing is stored twice even if the first
 * statement is still under way.
 */
async function store(
  platform: Platform,
  clock: Clock,
  events: readonly Storing[],
  isBatch: boolean,
): Promise<Stored[]> {
  let ids: string[] | undefined;
  let wasLost = false;
  for (let attempt = 1; ; attempt += 1) {
    // What fails here was never sent, and what it asks of an attempt before stays to be asked.
    const client = await (wasLost ? untilAnswered(() => platform.pool.connect()) : platform.pool.connect());
    let error: unknown;
    try {
      if (!clock.isSet()) clock.set(await readClock(client));
      ids ??= events.map(clock.nextId);
      const stored = await ask(platform, client, clock, events, ids, isBatch);
      client.release();
      if (!stored.some(({ outcome }) => outcome === 'stale_clock') || attempt === MOST_TRIES) return stored;
      ids = undefined;
      continue;
    } catch (cause) {
      error = cause;
      client.release(isAnswer(cause) ? undefined : true);
    }
    if (ids === undefined || attempt === MOST_TRIES) throw wasLost || !isAnswer(error) ? unknownOutcome() : error;
    const isThere = wasLost && codeOf(error) === '23505';
    if (isAnswer(error) && !isThere) {
      if (isWithoutPartition(error)) await platform.pool.query('select ensure_partitions(7)');
      else if (!isToBeTriedAgain(error)) throw error;
      continue;
    }
    wasLost = true;
    const found = await look(platform, ids);
    if (found.size > 0) return complete(platform, clock, events, ids, found);
  }
}

/** What was looked up, and the outcomes of those that the lost statement did not create: it created nothing of them. */
async function complete(
  platform: Platform,
  clock: Clock,
  events: readonly Storing[],
  ids: readonly string[],
  found: ReadonlyMap<string, number>,
): Promise<Stored[]> {
  const missing = events.filter((_, index) => !found.has(ids[index] ?? ''));
  const others = missing.length > 0 ? await store(platform, clock, missing, false) : [];
  return ids.map((id) => {
    const deliveries = found.get(id);
    if (deliveries !== undefined) return { id, outcome: 'created', deliveries };
    const other = others.shift();
    if (!other) throw new Error('The database returned no result for an event.');
    return other;
  });
}

const STATEMENT = {
  name: 'publish_events',
  text: `select event_id as id, outcome, deliveries, lanes,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as clock_ms
    from publish_events($1::json, $2) order by "position"`,
};

async function ask(
  platform: Platform,
  client: pg.PoolClient,
  clock: Clock,
  events: readonly Storing[],
  ids: readonly string[],
  isBatch: boolean,
): Promise<Stored[]> {
  const given = events.map((event, position) => ({ position, id: ids[position], ...event }));
  const { rows } = await client.query({ ...STATEMENT, values: [JSON.stringify(given), isBatch] });
  const stored = answers.parse(rows);
  const clockMs = stored[0]?.clock_ms;
  if (clockMs !== undefined) clock.set(clockMs);
  platform.live.notify('lanes', [...new Set(stored.flatMap(({ lanes }) => lanes))]);
  return stored.map(({ id, outcome, deliveries }) => ({ id, outcome, deliveries }));
}

async function readClock(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  );
  return rows[0]?.ms ?? Date.now();
}

/** How many deliveries each of the events has that are there. */
async function look({ pool }: Platform, ids: readonly string[]): Promise<Map<string, number>> {
  const ask = () =>
    pool.query<{ id: string; deliveries: number | null }>(
      'select id::text as id, deliveries from event where id = any($1::uuid[])',
      [ids],
    );
  const { rows } = await untilAnswered(ask).catch(() => {
    throw unknownOutcome();
  });
  return new Map(rows.map(({ id, deliveries }) => [id, deliveries ?? 0]));
}

/** PostgreSQL has refused the statement and rolled it back. A FATAL error ends the connection, maybe after the commit. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Error && 'severity' in error && error.severity === 'ERROR';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** A deadlock or a conflict between transactions (PostgreSQL, appendix A). */
const isToBeTriedAgain = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error));

const unknownOutcome = (): Refusal =>
  new Refusal(
    'UNAVAILABLE',
    'The connection to PostgreSQL broke before it confirmed the event, so the event may or may not have been accepted. Publish again with the same idempotency key, or check GET /api/events first.',
  );

/**
 * Stores events in a transaction that is already open.
 * @returns the queues to notify workers of after the commit; null when filters have changed since they were evaluated.
 */
export async function storeEventsWithin(tx: Transaction, events: readonly Storing[]): Promise<string[] | null> {
  const values = [JSON.stringify(events.map((event, position) => ({ position, ...event }))), true];
  const stored = answers.parse(await tx.$queryRawUnsafe(STATEMENT.text, ...values));
  if (stored.some(({ outcome }) => outcome === 'stale_filters')) return null;
  const refused = stored.find(({ outcome }) => outcome !== 'created');
  if (refused) throw new Error(`An event of the console was not stored: ${refused.outcome}.`);
  return stored.flatMap(({ lanes }) => lanes);
}
