import { createHash } from 'node:crypto';
import { patternsMatching } from '#core/events/event-pattern.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { findOwnEventType, recallOwnEventType } from '#features/event-types/own-event-types.ts';
import { egressAllowFor } from '#platform/config.ts';
import { sqlStateOf } from '#platform/postgres/sql-state.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { conflict, type Issue, invalid, notFound, Refusal } from '#platform/trpc/refusal.ts';
import { checkEvent, type GivenEvent } from './check-event.ts';
import { createJudge, type Judge } from './judge-event.ts';
import { type Storing, storeEvents } from './store-events.ts';

/** What became of an event that was accepted. `duplicate`: its key was used before with the same body. */
export type Published = { id: string; deliveries: number; duplicate: boolean };

export const EVENT_ORIGINS = ['api', 'console', 'source', 'system', 'test'] as const;
export type EventOrigin = (typeof EVENT_ORIGINS)[number];

/** A foreign key violation: the organization was deleted since the publisher was let in. */
const WITHOUT_ORGANIZATION = '23503';

/** How often an event type may change between its check and the publish before that is an error. */
const MOST_TRIES = 5;

/**
 * Publishes events. Each is stored with its deliveries in one transaction, and the workers are notified after it.
 * @param events one, or up to 1,000 that are stored together or not at all. Paths of issues begin at `events`, or at
 * the fields of a single event.
 * @throws Refusal VALIDATION for an unknown type or data that doesn't match its type, CONFLICT for an idempotency key
 * that was used with another body, NOT_FOUND when the organization was deleted in the meantime.
 */
export async function publishEvents(
  scope: Scope,
  events: readonly GivenEvent[],
  { origin, isBatch }: { origin: EventOrigin; isBatch: boolean },
): Promise<Published[]> {
  const placeOf = (index: number) => (isBatch ? ['events', String(index)] : []);
  let isFresh = false;
  for (let attempt = 1; ; attempt += 1) {
    const judge = createJudge(scope.platform, { isFresh });
    // What the database has found outdated is read again.
    const findOwn = attempt === 1 ? recallOwnEventType : findOwnEventType;
    const storing = await prepareEvents(scope, events, origin, placeOf, judge, findOwn);
    const outcomes = await storeEvents(scope.platform, storing, isBatch).catch((error: unknown) => {
      throw sqlStateOf(error) === WITHOUT_ORGANIZATION ? notFound('organization') : error;
    });
    const conflicts = outcomes.flatMap(({ outcome }, index) => (outcome === 'conflict' ? [index] : []));
    if (conflicts.length > 0) throw keyConflict(conflicts.map(placeOf));
    if (outcomes.every(({ outcome }) => outcome === 'created' || outcome === 'duplicate'))
      return outcomes.map(({ id, deliveries, outcome }) => ({ id, deliveries, duplicate: outcome === 'duplicate' }));
    if (outcomes.some(({ outcome }) => outcome === 'too_many')) throw tooManyDeliveries(isBatch);
    if (attempt === MOST_TRIES)
      throw new Refusal(
        'UNAVAILABLE',
        'The event type or the webhooks’ filters are being changed at the moment. Try again shortly.',
      );
    isFresh = outcomes.some(({ outcome }) => outcome === 'stale_filters');
  }
}

/** Publishes an event of the console itself. If that fails, it is logged, because no request waits for it. */
export async function publishSystemEvent(
  platform: Platform,
  organization_id: string,
  event_type: string,
  data: Record<string, unknown>,
  idempotency_key: string | null = null,
): Promise<void> {
  const event = { event_type, data: JSON.stringify(data), occurred_at: null, idempotency_key };
  try {
    await publishEvents(systemScope(platform, organization_id), [event], { origin: 'system', isBatch: false });
  } catch (error) {
    platform.log.error({ err: error, event_type, organization_id }, 'An event of the console was not published');
  }
}

/** The console itself as a publisher. */
export function systemScope(platform: Platform, organization_id: string): Scope {
  const actor = { type: 'system', id: 'console', name: 'Honeyframe' } as const;
  const egressAllow = egressAllowFor(platform.config, null);
  return { platform, organization_id, actor, ip: null, user_agent: null, egressAllow };
}

/**
 * Checks events and makes of them what the database stores.
 * @param findOwn finds event types of the organization; data that a remembered one refuses is checked against the type as
 * it is before it is refused.
 * @throws Refusal VALIDATION
 */
export async function prepareEvents(
  { platform, organization_id, actor }: Scope,
  events: readonly GivenEvent[],
  origin: EventOrigin,
  placeOf: (index: number) => string[],
  judge: Judge,
  findOwn: typeof findOwnEventType = findOwnEventType,
): Promise<Storing[]> {
  const issues: Issue[] = [];
  const storing: Storing[] = [];
  for (const [index, event] of events.entries()) {
    const first = await checkEvent(platform, organization_id, event, findOwn);
    const checked =
      first.ok || findOwn === findOwnEventType ? first : await checkEvent(platform, organization_id, event);
    if (!checked.ok) {
      issues.push(...checked.issues.map((issue) => ({ ...issue, path: [...placeOf(index), ...issue.path] })));
      if (issues.length >= 20) break;
      continue;
    }
    storing.push({
      organization_id,
      event_type: event.event_type,
      patterns: patternsMatching(event.event_type),
      type_version: checked.version,
      ...(await judge(organization_id, event.event_type, event.data)),
      occurred_at: event.occurred_at?.toISOString() ?? null,
      data: event.data,
      subject: checked.subject,
      key: event.idempotency_key,
      hash: event.idempotency_key === null ? null : hashOf(event),
      origin,
      actor_type: actor.type,
      actor_id: actor.id,
      actor_name: actor.name,
    });
  }
  if (issues.length > 0) throw invalid(...issues);
  return storing;
}

const hashOf = ({ event_type, data, occurred_at, subject }: GivenEvent): string =>
  createHash('sha256')
    .update(JSON.stringify([event_type, occurred_at?.toISOString() ?? null, ...(subject ? [subject] : [])]))
    .update(canonicalJson(data))
    .digest('hex');

const tooManyDeliveries = (isBatch: boolean): Refusal =>
  invalid({
    path: isBatch ? ['events'] : [],
    message: 'These events would create more than 100,000 deliveries. Publish fewer events at a time.',
  });

function keyConflict(places: string[][]): Refusal {
  const message =
    'This idempotency key was already used in the last 24 hours with a different body. Use a new key, or send the same body.';
  const [first = []] = places;
  const refusal = conflict(message, [...first, 'idempotency_key']);
  refusal.issues.push(...places.slice(1).map((place) => ({ path: [...place, 'idempotency_key'], message })));
  return refusal;
}
