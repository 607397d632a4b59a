import type { z } from 'zod';
import { elementSources, memberSource } from '#core/json-source.ts';
import { writeJson } from '#core/user-json.ts';
import type { GivenEvent } from './check-event.ts';
import type { publishBatchInput, publishInput } from './schema.ts';

type Input = z.output<typeof publishInput>;

/** An event with its data to the letter, where the body of the request is at hand; else as `writeJson` writes it. */
const toGiven = (input: Input, source: string | null): GivenEvent => ({
  event_type: input.event_type,
  data: source ?? writeJson(input.data),
  occurred_at: input.occurred_at ?? null,
  idempotency_key: input.idempotency_key ?? null,
});

/** @param body of the request, if it came by REST. */
export const givenEvent = (input: Input, body: string | undefined): GivenEvent =>
  toGiven(input, body === undefined ? null : memberSource(body, 'data'));

export function givenEvents({ events }: z.output<typeof publishBatchInput>, body: string | undefined): GivenEvent[] {
  const sources = body === undefined ? [] : elementSources(memberSource(body, 'events') ?? '[]');
  return events.map((input, index) => toGiven(input, memberSource(sources[index] ?? '', 'data')));
}
