import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { patternsMatching } from '#core/events/event-pattern.ts';
import { findOwnEventType } from '#features/event-types/own-event-types.ts';
import { checkEvent } from '#features/events/check-event.ts';
import { createJudge } from '#features/events/judge-event.ts';
import type { Platform } from '#platform/scope.ts';
import type { StreamPosition } from './lease.ts';

/** An event that a change creates. */
export type ChangeEvent = {
  table: string;
  organization_id: string;
  event_type: string;
  data: string;
  /** Without `operation`, for a custom event type whose schema does not allow it. */
  bare_data: string;
  occurred_at: string;
};

/** Why a change that matched a mapping could not become a valid event. `at` is its commit time. */
export type RefusedChange = { table: string; at: string; message: string };

export type Batch = {
  events: ChangeEvent[];
  changes: number;
  refusals: RefusedChange[];
  /** The position of its last change. */
  position: StreamPosition;
  committedAt: Date | null;
};

/** Another reader holds the lease now, and only it may apply changes. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

/** An event in the format of `publish_events`. */
type PublishedEvent = {
  position: number;
  organization_id: string;
  event_type: string;
  patterns: string[];
  type_version: string | null;
  filters: string | null;
  passing: string[];
  occurred_at: string;
  data: string;
  subject: string | null;
  key: null;
  hash: null;
  origin: 'source';
} & typeof ACTOR;

const ACTOR = { actor_type: 'system', actor_id: 'source', actor_name: 'Change stream' } as const;
const MOST_TRIES = 5;
const STATEMENT = {
  name: 'apply_source_changes',
  text: 'select apply_source_changes($1, $2, $3, $4, $5, $6::json, $7::json) as lanes',
};
const answers = z.tuple([z.object({ lanes: z.array(z.string()) })]);

/**
 * Publishes a batch and advances the applied position past it, in one transaction, and notifies the workers.
 * @throws LeaseLost, or the database's error.
 */
export async function applyChanges(platform: Platform, token: string, batch: Batch): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { storing, refusals } = await checkEvents(platform, batch.events, attempt > 1);
    const events = storing.map(({ event }) => event);
    const all = [...batch.refusals, ...refusals];
    try {
      const { rows } = await platform.pool.query({
        ...STATEMENT,
        values: [
          token,
          batch.position.lsn,
          batch.position.index,
          batch.committedAt,
          batch.changes,
          JSON.stringify(summed(all)),
          JSON.stringify(events),
        ],
      });
      const lanes = answers.parse(rows)[0].lanes;
      platform.live.notify('lanes', lanes);
      return;
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      if (code === 'HF001') throw new LeaseLost('Another process has taken over the change stream.', { cause: error });
      const canHelp = code === 'HF002' || (code === '23514' && String(message).startsWith('no partition'));
      if (!canHelp || attempt === MOST_TRIES) throw error;
      if (code === '23514') await platform.pool.query('select ensure_partitions(7)');
      else await delay(10);
    }
  }
}

/** For each table: how many, between which times, and the reason of the last one. */
function summed(refusals: readonly RefusedChange[]) {
  return [...Map.groupBy(refusals, ({ table }) => table)].map(([table, some]) => ({
    table,
    changes: some.length,
    first_at: some[0]?.at,
    last_at: some.at(-1)?.at,
    message: some.at(-1)?.message.slice(0, 1000),
  }));
}

/** The events in the format of `publish_events`, each with its change, and those that can't be published. */
export async function checkEvents<Given extends ChangeEvent>(
  platform: Platform,
  events: readonly Given[],
  isFresh = true,
) {
  const judge = createJudge(platform, { isFresh, isUnbounded: true });
  const organizations = await existing(platform, events);
  const findOwn = rememberedTypes();
  const refusals: RefusedChange[] = [];
  const storing: { change: Given; event: PublishedEvent }[] = [];
  for (const change of events) {
    const { table, organization_id, event_type, occurred_at } = change;
    const refuse = (message: string) => refusals.push({ table, at: occurred_at, message });
    if (!organizations.has(organization_id)) {
      refuse(`A change for ${event_type} names the organization ${organization_id}, which does not exist.`);
      continue;
    }
    const check = (data: string) =>
      checkEvent(platform, organization_id, { event_type, data, occurred_at: null, idempotency_key: null }, findOwn);
    let data = change.data;
    let verdict = await check(data);
    if (!verdict.ok) {
      const bare = await check(change.bare_data);
      if (bare.ok) {
        verdict = bare;
        data = change.bare_data;
      }
    }
    if (!verdict.ok) {
      refuse(
        `A change is not a valid ${event_type}: ${verdict.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ')}`,
      );
      continue;
    }
    const event: PublishedEvent = {
      position: storing.length,
      organization_id,
      event_type,
      patterns: patternsMatching(event_type),
      type_version: verdict.version,
      ...(await judge(organization_id, event_type, data)),
      occurred_at,
      data,
      subject: verdict.subject,
      key: null,
      hash: null,
      origin: 'source',
      ...ACTOR,
    };
    storing.push({ change, event });
  }
  return { storing, refusals };
}

/**
 * Each type is read once per batch. If one changes in the meantime, the database rejects the batch, and the type is
 * read again.
 */
function rememberedTypes(): typeof findOwnEventType {
  const known = new Map<string, ReturnType<typeof findOwnEventType>>();
  return (platform, organization_id, name) => {
    const key = `${organization_id} ${name}`;
    const found = known.get(key) ?? findOwnEventType(platform, organization_id, name);
    known.set(key, found);
    return found;
  };
}

async function existing({ pool }: Platform, events: readonly ChangeEvent[]): Promise<Set<string>> {
  const named = [...new Set(events.map(({ organization_id }) => organization_id))];
  if (named.length === 0) return new Set();
  const { rows } = await pool.query<{ id: string }>('select id from organization where id = any($1)', [named]);
  return new Set(rows.map(({ id }) => id));
}
