import type { Outputs } from '#client/console-api.ts';
import { readJsonObject } from '#ui/read-json-object.ts';

export type EventType = Outputs['eventTypes']['list']['items'][number];

/** What the form of an event type holds: texts, as they are typed. */
export type EventTypeValues = { name: string; description: string; schema: string; example: string };

const SCHEMA = {
  type: 'object',
  required: ['order_id'],
  properties: { order_id: { type: 'string' }, total: { type: 'number', minimum: 0 } },
};

/** A schema to begin with: most are an object with a few fields. */
export const NEW_EVENT_TYPE: EventTypeValues = {
  name: '',
  description: '',
  schema: JSON.stringify(SCHEMA, null, 2),
  example: JSON.stringify({ order_id: 'order-17', total: 12.5 }, null, 2),
};

const textOf = (value: unknown): string => (value === null ? '' : JSON.stringify(value, null, 2));

export const valuesOf = ({ name, description, schema, example }: EventType): EventTypeValues => ({
  name,
  description,
  schema: textOf(schema),
  example: textOf(example),
});

export const exampleText = (type: EventType | undefined): string => JSON.stringify(type?.example ?? {}, null, 2);

const NO_OBJECT = 'This is no JSON object: check its quotes, commas and brackets.';

/** A browser reads such a number inexactly, and would send another one. */
const LARGE_INTEGER = /-?\d{16,}/g;

/** What is wrong with the data of an event before it is sent. */
export function dataError(text: string): string | null {
  if (!readJsonObject(text)) return NO_OBJECT;
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(LARGE_INTEGER) ?? [];
  const inexact = numbers.find((number) => !Number.isSafeInteger(Number(number)));
  return inexact
    ? `A browser cannot send ${inexact.slice(0, 24)} exactly: put it in quotes, or publish by POST /api/events, which keeps every digit.`
    : null;
}

const isObjectOrNothing = (text: string) => text.trim() === '' || readJsonObject(text) !== null;

/** What is wrong with the form before it is sent; the rest is the server's to say. */
export const eventTypeErrors = (values: EventTypeValues): Partial<Record<keyof EventTypeValues, string>> => ({
  ...(values.name.trim() === '' && { name: 'Give a name, such as order.paid.' }),
  ...(!isObjectOrNothing(values.schema) && { schema: NO_OBJECT }),
  ...(!isObjectOrNothing(values.example) && { example: NO_OBJECT }),
});
