import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { patternsMatching } from '#core/event-pattern.ts';
import { checkEvent } from '#features/events/check-event.ts';
import { findOwnEventType } from '#features/events/own-event-types.ts';
import type { Platform } from '#platform/scope.ts';
import type { StreamPosition } from './lease.ts';

/** An event that a change makes. */
export type ChangeEvent = { organization_id: string; event_type: string; data: string; occurred_at: string };

export type Batch = {
  events: ChangeEvent[];
  changes: number;
  refusals: string[];
  /** Of the last change in it. */
  position: StreamPosition;
  committedAt: Date | null;
};

/** The source row is another reader's by now: whatever is read is theirs to apply. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

const ACTOR = { actor_type: 'system', actor_id: 'source', actor_name: 'Change stream' } as const;
const MOST_TRIES = 5;
const STATEMENT = {
  name: 'apply_source_changes',
  text: 'select apply_source_changes($1, $2, $3, $4, $5, $6, $7, $8::json) as lanes',
};
const answers = z.tuple([z.object({ lanes: z.array(z.string()) })]);

/**
 * Publishes a batch and moves the applied position behind it, both in one transaction, and tells the workers.
 * @throws LeaseLost, or what the database says.
 */
export async function applyChanges(platform: Platform, token: string, batch: Batch): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { events, refusals } = await checked(platform, batch.events);
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
          all.length,
          all.at(-1)?.slice(0, 1000) ?? null,
          JSON.stringify(events),
        ],
      });
      const lanes = answers.parse(rows)[0].lanes;
      platform.live.tell('lanes', lanes);
      return;
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      if (code === 'HF001') throw new LeaseLost('Another process reads the change stream by now.', { cause: error });
      const canHelp = code === 'HF002' || (code === '23514' && String(message).startsWith('no partition'));
      if (!canHelp || attempt === MOST_TRIES) throw error;
      if (code === '23514') await platform.pool.query('select ensure_partitions(7)');
      else await delay(10);
    }
  }
}

/** Events as `publish_events` takes them, and in words what cannot be published. */
async function checked(platform: Platform, events: readonly ChangeEvent[]) {
  const organizations = await existing(platform, events);
  const findOwn = rememberedTypes();
  const refusals: string[] = [];
  const storing = [];
  for (const { organization_id, event_type, data, occurred_at } of events) {
    if (!organizations.has(organization_id)) {
      refusals.push(`There is no organization ${organization_id}, which a change to ${event_type} names.`);
      continue;
    }
    const event = { event_type, data, occurred_at: null, idempotency_key: null };
    const verdict = await checkEvent(platform, organization_id, event, findOwn);
    if (verdict.ok)
      storing.push({
        position: storing.length,
        organization_id,
        event_type,
        patterns: patternsMatching(event_type),
        type_version: verdict.version,
        occurred_at,
        data,
        key: null,
        hash: null,
        origin: 'source',
        ...ACTOR,
      });
    else
      refusals.push(
        `A change makes no ${event_type}: ${verdict.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ')}`,
      );
  }
  return { events: storing, refusals };
}

/** Each type is asked for once a batch; one that changes meanwhile is refused by the database, and asked for again. */
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
