import { matchesEventType } from '#core/events/event-pattern.ts';
import { subjectAt } from '#core/events/subject.ts';
import { holdsHugeNumber } from '#core/json/exact-number.ts';
import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json/json-depth.ts';
import { nearName } from '#core/text/near-name.ts';
import { UNSTORABLE, unstorablePath } from '#core/text/storable-text.ts';
import { BUILT_IN_EVENT_TYPES, findBuiltInEventType } from '#features/event-types/catalogue.ts';
import { findOwnEventType } from '#features/event-types/own-event-types.ts';
import { issuesOf } from '#platform/http/error-body.ts';
import type { Platform } from '#platform/scope.ts';
import type { Issue } from '#platform/trpc/refusal.ts';

/** An event as its publisher gave it. `data` is its text in JSON, to be sent as it is. */
export type GivenEvent = {
  event_type: string;
  data: string;
  occurred_at: Date | null;
  idempotency_key: string | null;
  /** What it is about. If left out, it is taken from the data where the event type has a pointer. */
  subject?: string | null;
};

export const MOST_DATA_BYTES = 256 * 1024;

/** What a publish says of the event type to the database, which refuses it when it is another one by now. */
export type CheckedType = { ok: true; version: string | null; subject: string | null } | { ok: false; issues: Issue[] };

/**
 * Checks an event against its type: the built-in one, or the organization's own as it is now.
 * @param findOwn for who checks many events, and remembers types meanwhile.
 */
export async function checkEvent(
  platform: Platform,
  organization_id: string,
  { event_type, data, subject: given = null }: GivenEvent,
  findOwn: typeof findOwnEventType = findOwnEventType,
): Promise<CheckedType> {
  const bounds = boundsOf(data);
  if (bounds.length > 0) return { ok: false, issues: bounds };
  const value: unknown = JSON.parse(data);
  const issues = jsonIssues(value);
  if (issues.length > 0) return { ok: false, issues };
  const subjectBy = (pointer: string | null) => given ?? (pointer === null ? null : subjectAt(pointer, value, data));
  const builtIn = findBuiltInEventType(event_type);
  if (builtIn) {
    const parsed = builtIn.schema.safeParse(value);
    if (parsed.success) return { ok: true, version: null, subject: subjectBy(builtIn.subject_pointer) };
    return { ok: false, issues: parsed.error.issues.flatMap((issue) => issuesOf(issue, ['data'])) };
  }
  const own = await findOwn(platform, organization_id, event_type);
  if (!own) return { ok: false, issues: [await unknownType(platform, organization_id, event_type)] };
  const wrong = await own.check(data);
  if (wrong.length > 0) return { ok: false, issues: wrong };
  return { ok: true, version: own.version, subject: subjectBy(own.subject_pointer) };
}

function boundsOf(data: string): Issue[] {
  const path = ['data'];
  if (Buffer.byteLength(data) > MOST_DATA_BYTES)
    return [{ path, message: 'The data is larger than 256 KiB. Send a link to it instead.' }];
  if (holdsHugeNumber(data))
    return [{ path, message: 'It contains a number with more than 1,000 digits. Send the number as a string.' }];
  return [];
}

/** Refuses what is valid JSON but can't be stored in PostgreSQL, or can't be read. */
function jsonIssues(value: unknown): Issue[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ path: ['data'], message: 'Must be a JSON object.' }];
  if (isDeeperThan(value, MOST_JSON_LEVELS))
    return [{ path: ['data'], message: `Must not be nested deeper than ${MOST_JSON_LEVELS} levels.` }];
  const path = unstorablePath(value, ['data']);
  return path ? [{ path, message: UNSTORABLE }] : [];
}

/** Says which names were probably meant, of the catalogue's and the organization's own. */
export async function unknownType(
  { database }: Platform,
  organization_id: string,
  name: string,
): Promise<Issue & { path: ['event_type'] }> {
  const own = await database.eventType.findMany({ where: { organization_id }, select: { name: true }, take: 1000 });
  const names = [...BUILT_IN_EVENT_TYPES, ...own].map((type) => type.name);
  const near = nearName(name, names);
  const family = names.filter((one) => matchesEventType(`${name.split('.')[0]}.*`, one)).slice(0, 8);
  const hint = near
    ? `did you mean ${near}?`
    : family.length > 0
      ? `the existing ones are ${family.join(', ')}.`
      : 'GET /api/event-types lists them, and PUT /api/event-types/{name} creates one.';
  return { path: ['event_type'], message: `There is no event type "${name.slice(0, 100)}": ${hint}` };
}
