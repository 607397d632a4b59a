import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { readJson, writeJson } from '#core/json/user-json.ts';
import { recordAudit } from '#platform/audit.ts';
import { assertNotOvertaken, changesOf, orShowCurrent, type Precondition } from '#platform/postgres/field-versions.ts';
import { inTransaction, untilAnswered } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, type Issue, invalid, notFound } from '#platform/trpc/refusal.ts';
import { findBuiltInEventType } from './catalogue.ts';
import { type EventType, getEventType } from './event-types.ts';
import { reasonOf } from './own-event-types.ts';
import type { putEventTypeInput, updateEventTypeInput } from './schema.ts';
import { schemaChecksOf } from './schemas/check-data.ts';
import { schemaFault } from './schemas/schema-faults.ts';

const MOST_TYPES = 1000;
const MOST_BYTES = 64 * 1024;

type Given = {
  description?: string | undefined;
  schema?: object | null | undefined;
  example?: object | null | undefined;
  subject_pointer?: string | null | undefined;
};

/** As often what a change was checked with may be changed meanwhile. */
const MOST_TRIES = 5;

/**
 * Creates an event type of the organization, or replaces it. A change that equals what is stored writes nothing.
 * @throws Refusal VALIDATION for a built-in name, an invalid schema, or an example that doesn't match it; CONFLICT when
 * the organization has the maximum number of types.
 */
export async function putEventType(
  scope: Scope,
  { name, description, schema = null, example = null, subject_pointer = null }: z.output<typeof putEventTypeInput>,
): Promise<EventType> {
  await save(scope, name, { description, schema, example, subject_pointer }, {}, 'made when missing');
  return untilAnswered(() => getEventType(scope, name));
}

/**
 * Changes what is given of an event type of the organization's own and keeps the rest.
 * @throws Refusal NOT_FOUND, and as `putEventType` does; Overtaken when somebody else changed the same since the version
 * that is given.
 */
export async function updateEventType(
  scope: Scope,
  { name, version, if_match, ...given }: z.output<typeof updateEventTypeInput>,
): Promise<EventType> {
  const read = () => getEventType(scope, name);
  await orShowCurrent(() => save(scope, name, given, { version, if_match }, 'must be there'), read);
  return untilAnswered(read);
}

/** Checks the whole as it would be, outside the transaction, and stores it if that is still what it would be. */
async function save(
  scope: Scope,
  name: string,
  change: Given,
  precondition: Precondition,
  missing: 'made when missing' | 'must be there',
): Promise<void> {
  const { organization_id, platform } = scope;
  const where = { organization_id_name: { organization_id, name } };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const known = await platform.database.eventType.findUnique({ where });
    if (!known && missing === 'must be there' && !findBuiltInEventType(name)) throw notFound('event type');
    const after = { ...textsOf(known ?? NOTHING), ...toTexts(change) };
    const issues = await issuesOf(scope, name, parsed(after.schema), parsed(after.example));
    if (issues.length > 0) throw invalid(...issues);
    const isStored = await inTransaction(platform.database, async (tx) => {
      await tx.$queryRaw`
        select from event_type where organization_id = ${organization_id} and name = ${name} for update`;
      const before = await tx.eventType.findUnique({ where });
      if (before?.version !== known?.version) return false;
      const changes = before ? changesOf(before, after) : after;
      if (before) assertNotOvertaken(precondition, textsOf(before), Object.keys(changes));
      if (Object.keys(changes).length === 0) return true;
      if (!before && (await tx.eventType.count({ where: { organization_id } })) >= MOST_TYPES)
        throw conflict(
          `You already have ${MOST_TYPES} event types of your own, which is the limit. Delete one first.`,
          ['name'],
        );
      const said = { ...after, version: randomUUID(), updated_at: new Date() };
      await tx.eventType.upsert({ where, create: { organization_id, name, ...said }, update: said });
      await recordAudit(tx, scope, {
        action: before ? 'event_type.updated' : 'event_type.created',
        target: { type: 'event_type', id: name, name },
        details: { has_schema: after.schema !== null, ...(before && { changed: Object.keys(changes) }) },
      });
      return true;
    });
    if (isStored) return;
  }
  throw conflict('This event type is being changed by others at the same time. Try again.', []);
}

type Texts = { description: string; schema: string | null; example: string | null; subject_pointer: string | null };

const NOTHING: Texts = { description: '', schema: null, example: null, subject_pointer: null };

/** What can be changed of an event type, for its version: JSON as the text that is stored. */
const textsOf = ({ description, schema, example, subject_pointer }: Texts): Texts => ({
  description,
  schema,
  example,
  subject_pointer,
});

const toTexts = ({ description, schema, example, subject_pointer }: Given): Partial<Texts> => ({
  ...(description !== undefined && { description }),
  ...(schema !== undefined && { schema: schema && writeJson(schema) }),
  ...(example !== undefined && { example: example && writeJson(example) }),
  ...(subject_pointer !== undefined && { subject_pointer }),
});

const parsed = (text: string | null): object | null => (text === null ? null : (readJson(text) as object));

async function issuesOf(
  { platform, organization_id }: Scope,
  name: string,
  schema: object | null,
  example: object | null,
): Promise<Issue[]> {
  if (findBuiltInEventType(name))
    return [{ path: ['name'], message: `${name} is a built-in event type. Choose another name.` }];
  const large = Object.entries({ schema, example }).filter(
    ([, value]) => value && Buffer.byteLength(writeJson(value)) > MOST_BYTES,
  );
  if (large.length > 0) return large.map(([field]) => ({ path: [field], message: 'Must be at most 64 KiB.' }));
  if (!schema) return [];
  const fault = schemaFault(schema);
  if (fault) return [{ path: ['schema', ...fault.path], message: fault.message }];
  // Compiled and tried where it can be stopped, on data that has nothing in it and on the example.
  const check = (data: object) =>
    schemaChecksOf(platform).check({
      organization_id,
      version: randomUUID(),
      schema: writeJson(schema),
      data: [writeJson(data)],
    });
  const empty = await check({});
  if (empty.is === 'bad_schema')
    return [{ path: ['schema'], message: `This is not a usable JSON Schema (${empty.message}).` }];
  if (empty.is !== 'valid' && empty.is !== 'invalid')
    return [{ path: ['schema'], message: `The schema can’t be used: ${reasonOf(empty)}` }];
  const checked = example ? await check(example) : empty;
  if (!example || checked.is === 'valid') return [];
  if (checked.is !== 'invalid')
    return [{ path: ['schema'], message: `The schema can’t be used with the example: ${reasonOf(checked)}` }];
  const message = `The example does not match the schema: it ${checked.message}.`;
  return [{ path: ['example', ...checked.path], message }];
}
