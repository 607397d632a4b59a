import type { Outputs } from '#client/console-api.ts';
import { readJsonObject } from '#client/read-json-object.ts';
import { writeJson } from '#core/json/user-json.ts';

export type EventType = Outputs['eventTypes']['list']['items'][number];

/** What the form of an event type holds: texts, as they are typed. */
export type EventTypeValues = {
  name: string;
  description: string;
  subject_pointer: string;
  schema: string;
  example: string;
};

const SCHEMA = {
  type: 'object',
  required: ['order_id'],
  properties: { order_id: { type: 'string' }, total: { type: 'number', minimum: 0 } },
};

/** A schema to begin with: most are an object with a few fields. */
export const NEW_EVENT_TYPE: EventTypeValues = {
  name: '',
  description: '',
  subject_pointer: '/order_id',
  schema: writeJson(SCHEMA, 2),
  example: writeJson({ order_id: 'order-17', total: 12.5 }, 2),
};

const textOf = (value: unknown): string => (value === null ? '' : writeJson(value, 2));

export const valuesOf = ({ name, description, subject_pointer, schema, example }: EventType): EventTypeValues => ({
  name,
  description,
  subject_pointer: subject_pointer ?? '',
  schema: textOf(schema),
  example: textOf(example),
});

export const exampleText = (type: EventType | undefined): string => writeJson(type?.example ?? {}, 2);

const NO_OBJECT = 'This is no JSON object: check its quotes, commas and brackets.';

/** What is wrong with the data of an event before it is sent. */
export const dataError = (text: string): string | null => (readJsonObject(text) ? null : NO_OBJECT);

const isObjectOrNothing = (text: string) => text.trim() === '' || readJsonObject(text) !== null;

/** What is wrong with the form before it is sent; the rest is the server's to say. */
export const eventTypeErrors = (values: EventTypeValues): Partial<Record<keyof EventTypeValues, string>> => ({
  ...(values.name.trim() === '' && { name: 'Enter a name, such as order.paid.' }),
  ...(!isObjectOrNothing(values.schema) && { schema: NO_OBJECT }),
  ...(!isObjectOrNothing(values.example) && { example: NO_OBJECT }),
});
