import { z } from 'zod';
import { patternsMatching } from '#core/events/event-pattern.ts';
import { readJson } from '#core/json/user-json.ts';
import { versionOf } from '#platform/postgres/field-versions.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { BUILT_IN_EVENT_TYPES } from './catalogue.ts';

export type EventType = {
  name: string;
  description: string;
  built_in: boolean;
  schema: unknown;
  example: unknown;
  subject_pointer: string | null;
  webhooks: number;
  updated_at: Date | null;
  version: string | null;
};

/** Every event type of the organization: the built-in ones in the catalogue's order, then its own by name. */
export async function listEventTypes(scope: Scope): Promise<{ items: EventType[]; next_cursor: null }> {
  const { database } = scope.platform;
  const { organization_id } = scope;
  const own = await database.eventType.findMany({ where: { organization_id }, orderBy: { name: 'asc' } });
  const types = [
    ...BUILT_IN_EVENT_TYPES.map(({ name, description, schema, example, subject_pointer }) => ({
      name,
      description,
      built_in: true,
      schema: z.toJSONSchema(schema) as unknown,
      example: example as unknown,
      subject_pointer,
      updated_at: null,
      version: null,
    })),
    ...own.map(({ name, description, schema, example, subject_pointer, updated_at }) => ({
      name,
      description,
      built_in: false,
      schema: parsed(schema),
      example: parsed(example),
      subject_pointer,
      updated_at,
      version: versionOf({ description, schema, example, subject_pointer }),
    })),
  ];
  const subscribed = await database.webhook.findMany({
    where: { organization_id, deleted_at: null },
    select: { event_type: true },
  });
  const items = types.map((type) => {
    const patterns = new Set(patternsMatching(type.name));
    return {
      ...type,
      webhooks: subscribed.filter(({ event_type }) => event_type.some((one) => patterns.has(one))).length,
    };
  });
  return { items, next_cursor: null };
}

/** @throws Refusal NOT_FOUND */
export async function getEventType(scope: Scope, name: string): Promise<EventType> {
  const type = (await listEventTypes(scope)).items.find((one) => one.name === name);
  if (!type) throw notFound('event type');
  return type;
}

const parsed = (json: string | null): unknown => (json === null ? null : readJson(json));
