import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { compileFilter, type Filter } from '#core/events/event-filter.ts';
import { matchesEventType } from '#core/events/event-pattern.ts';
import { type FilterSet, joinFilters, judgeFilters } from '#core/events/judge-filters.ts';
import { parseExactly } from '#core/json/exact-number.ts';
import { createTurns } from '#core/take-turns.ts';
import { definePart } from '#platform/define-part.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

/** What the database compares with its own, and the webhooks whose filters let the event through. */
export type Judged = { filters: string | null; passing: string[] };

type Row = { id: string; version: string; event_type: string[]; filter: Filter };
type Known = { rows: Row[]; sets: LRUCache<string, Prepared> };
type Prepared = { digest: string | null; ids: string[]; set: FilterSet };

/** In bytes of filters' texts, with a kilobyte for each organization. What is compiled of them takes some times that. */
const MOST_KEPT = 64 * 1024 * 1024;
const ENTRY = 1_024;
const SETS_AN_ORGANIZATION = 16;
/** Steps of work, some 5 ms, after which others have a turn. */
const STEPS_A_TURN = 50_000;
/** Of one request, some 2 s of work: one event alone never comes to as much. */
const MOST_STEPS = 25_000_000;

const rows = z.array(
  z.object({ id: z.string(), version: z.string(), event_type: z.array(z.string()), filter: z.string() }),
);

const stateOf = definePart('filters', () => ({
  known: new LRUCache<string, Known>({ maxSize: MOST_KEPT }),
  loading: new Map<string, Promise<Known>>(),
  turn: createTurns(setImmediate),
}));

/**
 * Evaluates the filters of an organization's webhooks on events, one event after the other. Filters come from memory;
 * if they are outdated, the database rejects the result. Organizations take turns, and the work of one request is
 * limited.
 * @param given `isFresh` after such a rejection: filters are read again. `isUnbounded` when no request waits for the
 * result. `tx` reads the filters as they are in an open transaction, and doesn't keep them.
 * @throws Refusal VALIDATION (from what is returned) when the events of a request take too much work together.
 */
export function createJudge(
  platform: Platform,
  { isFresh = false, isUnbounded = false, tx }: { isFresh?: boolean; isUnbounded?: boolean; tx?: Transaction } = {},
) {
  const state = stateOf(platform);
  const fresh = new Map<string, Promise<Known>>();
  const meter = { steps: 0 };
  let lastTurn = 0;

  function knownOf(organization_id: string): Promise<Known> | Known | undefined {
    if (!isFresh && !tx) return state.known.get(organization_id);
    const known =
      fresh.get(organization_id) ?? (tx ? readWithin(tx, organization_id) : load(platform, organization_id));
    fresh.set(organization_id, known);
    return known;
  }

  return async (organization_id: string, event_type: string, data: string): Promise<Judged> => {
    // If the filters are not known yet, none are assumed: the database rejects the result if there are some.
    const known = await knownOf(organization_id);
    if (!known || known.rows.length === 0) return { filters: null, passing: [] };
    const { digest, ids, set } = preparedFor(known, event_type);
    const passing: string[] = [];
    if (ids.length === 0) return { filters: digest, passing };
    let index = 0;
    for (const holds of judgeFilters(set, parseExactly(data), meter)) {
      const id = ids[index];
      if (holds && id) passing.push(id);
      index += 1;
      if (meter.steps > MOST_STEPS && !isUnbounded) throw tooMuchWork();
      if (meter.steps - lastTurn < STEPS_A_TURN) continue;
      lastTurn = meter.steps;
      await state.turn(organization_id);
    }
    return { filters: digest, passing };
  };
}

export type Judge = ReturnType<typeof createJudge>;

/** Judges one filter on many events' data, in turns with what others judge. @param filter, data in JSON. */
export function createFilterPreview(platform: Platform, organization_id: string, filter: string) {
  const { turn } = stateOf(platform);
  const set = joinFilters([filterOf(filter)]);
  const meter = { steps: 0 };
  let lastTurn = 0;
  return async (data: string): Promise<boolean> => {
    const [holds = false] = judgeFilters(set, parseExactly(data), meter);
    // Reading the text is work, too.
    meter.steps += data.length / 8;
    if (meter.steps - lastTurn >= STEPS_A_TURN) {
      lastTurn = meter.steps;
      await turn(organization_id);
    }
    return holds;
  };
}

const tooMuchWork = (): Refusal =>
  new Refusal(
    'VALIDATION',
    'Evaluating your webhooks’ filters on these events takes too long. Publish fewer events at a time, or shorten the filters.',
  );

function filterOf(text: string): Filter {
  const compiled = compileFilter(parseExactly(text));
  if (!compiled.ok) throw new Error('A filter that was stored does not compile.');
  return compiled.filter;
}

function load(platform: Platform, organization_id: string): Promise<Known> {
  const { known, loading } = stateOf(platform);
  const under = loading.get(organization_id);
  if (under) return under;
  const made = read(platform, organization_id).then(({ bytes, ...found }) => {
    known.set(organization_id, found, { size: Math.min(ENTRY + bytes, MOST_KEPT) });
    return found;
  });
  loading.set(organization_id, made);
  return made.finally(() => loading.delete(organization_id));
}

const FILTERS = `
  select id::text as id, filter_version::text as version, event_type, filter::text as filter from webhook
    where organization_id = $1 and filter_version is not null and status <> 'disabled' and deleted_at is null`;

const readWithin = async (tx: Transaction, organization_id: string): Promise<Known> =>
  toKnown(await tx.$queryRawUnsafe(FILTERS, organization_id));

async function read({ pool }: Platform, organization_id: string): Promise<Known & { bytes: number }> {
  return toKnown((await pool.query({ name: 'webhook_filters', text: FILTERS, values: [organization_id] })).rows);
}

function toKnown(found: unknown): Known & { bytes: number } {
  const read = rows.parse(found);
  return {
    rows: read.map((row) => ({ ...row, filter: filterOf(row.filter) })),
    sets: new LRUCache({ max: SETS_AN_ORGANIZATION }),
    bytes: read.reduce((sum, { filter }) => sum + filter.length, 0),
  };
}

function preparedFor({ rows, sets }: Known, event_type: string): Prepared {
  const known = sets.get(event_type);
  if (known) return known;
  const concerned = rows.filter((row) => row.event_type.some((one) => matchesEventType(one, event_type)));
  const versions = concerned.map(({ version }) => version).toSorted();
  const made = {
    digest: versions.length === 0 ? null : createHash('md5').update(versions.join(',')).digest('hex'),
    ids: concerned.map(({ id }) => id),
    set: joinFilters(concerned.map(({ filter }) => filter)),
  };
  sets.set(event_type, made);
  return made;
}
