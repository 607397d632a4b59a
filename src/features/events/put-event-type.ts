import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { conflict, type Issue, invalid } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction, untilAnswered } from '#platform/transaction.ts';
import { findBuiltInEventType } from './catalogue.ts';
import { type EventType, listEventTypes } from './event-types.ts';
import { reasonOf } from './own-event-types.ts';
import type { putEventTypeInput } from './schema.ts';
import { schemaChecksOf } from './schemas/check-data.ts';
import { schemaFault } from './schemas/schema-faults.ts';

const MOST_TYPES = 1000;
const MOST_BYTES = 64 * 1024;

/**
 * Makes an event type of the organization's own, or changes it.
 * @throws Refusal VALIDATION for a built-in name, a schema that is none, or an example that does not fulfil it; CONFLICT
 * for one more type than an organization may have.
 */
export async function putEventType(
  scope: Scope,
  { name, description, schema = null, example = null }: z.output<typeof putEventTypeInput>,
): Promise<EventType> {
  const issues = await issuesOf(scope, name, schema, example);
  if (issues.length > 0) throw invalid(...issues);
  const { organization_id, platform } = scope;
  await inTransaction(platform.database, async (tx) => {
    const where = { organization_id_name: { organization_id, name } };
    const isNew = (await tx.eventType.findUnique({ where, select: { name: true } })) === null;
    if (isNew && (await tx.eventType.count({ where: { organization_id } })) >= MOST_TYPES)
      throw conflict(`There are ${MOST_TYPES} event types of your own: delete one first.`, ['name']);
    const said = {
      description,
      schema: schema && JSON.stringify(schema),
      example: example && JSON.stringify(example),
      version: randomUUID(),
      updated_at: new Date(),
    };
    await tx.eventType.upsert({ where, create: { organization_id, name, ...said }, update: said });
    await recordAudit(tx, scope, {
      action: isNew ? 'event_type.created' : 'event_type.updated',
      target: { type: 'event_type', id: name, name },
      details: { has_schema: schema !== null },
    });
  });
  const type = (await untilAnswered(() => listEventTypes(scope))).items.find((one) => one.name === name);
  if (!type) throw new Error('An event type that was just stored is not there.');
  return type;
}

async function issuesOf(
  { platform, organization_id }: Scope,
  name: string,
  schema: object | null,
  example: object | null,
): Promise<Issue[]> {
  if (findBuiltInEventType(name))
    return [{ path: ['name'], message: `${name} is a built-in event type: choose another name.` }];
  const large = Object.entries({ schema, example }).filter(
    ([, value]) => value && Buffer.byteLength(JSON.stringify(value)) > MOST_BYTES,
  );
  if (large.length > 0) return large.map(([field]) => ({ path: [field], message: 'Give at most 64 KiB.' }));
  if (!schema) return [];
  const fault = schemaFault(schema);
  if (fault) return [{ path: ['schema', ...fault.path], message: fault.message }];
  // Compiled and tried where it can be stopped, on data that has nothing in it and on the example.
  const check = (data: object) =>
    schemaChecksOf(platform).check({
      organization_id,
      version: randomUUID(),
      schema: JSON.stringify(schema),
      data: [JSON.stringify(data)],
    });
  const empty = await check({});
  if (empty.is === 'bad_schema')
    return [{ path: ['schema'], message: `This is no JSON Schema that can be used (${empty.message}).` }];
  if (empty.is !== 'valid' && empty.is !== 'invalid')
    return [{ path: ['schema'], message: `It can’t be used: ${reasonOf(empty)}` }];
  const checked = example ? await check(example) : empty;
  if (!example || checked.is === 'valid') return [];
  if (checked.is !== 'invalid')
    return [{ path: ['schema'], message: `It can’t be used with the example: ${reasonOf(checked)}` }];
  const message = `The example does not fulfil the schema: it ${checked.message}.`;
  return [{ path: ['example', ...checked.path], message }];
}
