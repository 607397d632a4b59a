import { ExactNumber, numberOf } from '#core/json/exact-number.ts';
import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json/json-depth.ts';
import { isJsonObject, readJson } from '#core/json/user-json.ts';
import { UNSTORABLE, unstorablePath } from '#core/text/storable-text.ts';
import { invalid } from '#platform/trpc/refusal.ts';

type JsonSchema = Record<string, unknown>;
type Kind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

/**
 * Reads arguments as models write them, by the tool's JSON Schema alone, whatever the tool. A value that the schema takes
 * as it is stays so. Otherwise:
 *
 * - an optional member that is null or a blank string is left out;
 * - where a string is wanted, a number becomes one with the digits it was written with, and true and false their words;
 * - where a number or a boolean is wanted, a string that spells one becomes it;
 * - where an object or a list is wanted, a string that holds one as JSON becomes it.
 *
 * What the schema leaves open, such as free metadata, is passed on to the letter. What stays wrong is for the schema to
 * refuse.
 * @param given as `readJson` makes it, of a depth that was checked
 * @throws Refusal VALIDATION for JSON in a string that nests too deeply or holds text that cannot be stored
 */
export const coerceArguments = (schema: JsonSchema, given: unknown): unknown =>
  coerce(schema, isBlank(given) ? {} : given, ['arguments']);

function coerce(schema: JsonSchema, given: unknown, path: string[]): unknown {
  const value = toKind(kindsOf(schema), given, path);
  const { properties, additionalProperties, items, required } = shapeOf(schema, kindOf(value));
  if (Array.isArray(value))
    return isJsonObject(items) ? value.map((one, index) => coerce(items, one, [...path, String(index)])) : value;
  if (!isJsonObject(value) || !(isJsonObject(properties) || isJsonObject(additionalProperties))) return value;
  const members = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const declared = memberSchema(properties, name);
    const isOptional = declared !== undefined && !(Array.isArray(required) && required.includes(name));
    if (isOptional && isBlank(member) && !(member === null && kindsOf(declared).includes('null'))) return [];
    const wanted = declared ?? additionalProperties;
    return [[name, isJsonObject(wanted) ? coerce(wanted, member, [...path, name]) : member]];
  });
  return Object.fromEntries(members);
}

/**
 * Says for a model what kind of value is wanted where another one was given: schemas speak of their own rule alone.
 * @param given the arguments once they were coerced
 * @param path of what was refused, within them
 * @returns a sentence, or undefined where the kind is right or nothing was given
 */
export function kindProblem(schema: JsonSchema, given: unknown, path: readonly PropertyKey[]): string | undefined {
  let [wanted, value, isRequired]: [unknown, unknown, boolean] = [schema, given, false];
  for (const name of path) {
    if (!isJsonObject(wanted) || typeof value !== 'object' || value === null) return undefined;
    const { properties, additionalProperties, items, required } = shapeOf(wanted, kindOf(value));
    isRequired = Array.isArray(required) && required.includes(String(name));
    wanted = Array.isArray(value) ? items : (memberSchema(properties, String(name)) ?? additionalProperties);
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  const kinds = isJsonObject(wanted) ? kindsOf(wanted) : [];
  if (value === undefined || kinds.length === 0) return undefined;
  const kind = kindOf(value);
  if (kinds.includes(kind))
    return isRequired && isBlank(value) ? 'This argument is required and must not be empty.' : undefined;
  if (isRequired && isBlank(value))
    return `This argument is required and must not be ${value === null ? 'null' : 'empty'}.`;
  return `Must be ${kinds.map((one) => WANTED[one]).join(' or ')}, not ${GIVEN[kind]}.`;
}

const GIVEN: Record<Kind, string> = {
  null: 'null',
  boolean: 'a boolean',
  number: 'a number',
  string: 'other text',
  array: 'a list',
  object: 'an object',
};

const WANTED: Record<Kind, string> = {
  ...GIVEN,
  boolean: 'true or false',
  string: 'a string',
  array: 'a list, or a string that holds one as JSON',
  object: 'an object, or a string that holds one as JSON',
};

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof ExactNumber) return 'number';
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'object';
}

/** The schema with the alternatives that it may be (JSON Schema 2020-12, section 10.2). */
const alternativesOf = (schema: JsonSchema): JsonSchema[] => [
  schema,
  ...[schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list.filter(isJsonObject) : [])),
];

/** None where the schema takes any kind. */
const kindsOf = (schema: JsonSchema): Kind[] => [
  ...new Set(
    alternativesOf(schema).flatMap(({ type, enum: values, const: only }) => {
      if (type !== undefined) return [type].flat().map((one) => (one === 'integer' ? 'number' : (one as Kind)));
      return (Array.isArray(values) ? values : only === undefined ? [] : [only]).map(kindOf);
    }),
  ),
];

/** The alternative that says what members or elements a value has. */
const shapeOf = (schema: JsonSchema, kind: Kind): JsonSchema =>
  alternativesOf(schema).find((one) =>
    kind === 'array' ? 'items' in one : 'properties' in one || 'additionalProperties' in one,
  ) ?? {};

function memberSchema(properties: unknown, name: string): JsonSchema | undefined {
  const schema: unknown = Object.getOwnPropertyDescriptor(Object(properties), name)?.value;
  return isJsonObject(schema) ? schema : undefined;
}

function toKind(wanted: readonly Kind[], given: unknown, path: string[]): unknown {
  if (given instanceof ExactNumber && wanted.includes('number')) return asNumber(given.source) ?? given;
  if (wanted.length === 0 || wanted.includes(kindOf(given))) return given;
  if (typeof given === 'string') return fromText(wanted, given.trim(), path) ?? given;
  const isScalar = typeof given === 'number' || typeof given === 'boolean' || given instanceof ExactNumber;
  return isScalar && wanted.includes('string') ? String(given) : given;
}

/** @returns undefined where the text spells nothing that is wanted. */
function fromText(wanted: readonly Kind[], text: string, path: string[]): unknown {
  if (wanted.includes('boolean') && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (wanted.includes('number')) {
    const number = asNumber(text);
    if (number !== undefined) return number;
  }
  const isContainer =
    (wanted.includes('object') && text.startsWith('{')) || (wanted.includes('array') && text.startsWith('['));
  return isContainer ? parse(text, path) : undefined;
}

/** The text's number, if a double has exactly the same digits. */
function asNumber(text: string): number | undefined {
  if (!/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const number = numberOf(text);
  if (typeof number === 'number') return number;
  return String(Number(text)) === text ? Number(text) : undefined;
}

function parse(text: string, path: string[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (isDeeperThan(value, MOST_JSON_LEVELS))
    throw invalid({ path, message: `Must not be nested deeper than ${MOST_JSON_LEVELS} levels.` });
  const unstorable = unstorablePath(value, path);
  if (unstorable) throw invalid({ path: unstorable, message: UNSTORABLE });
  return readJson(text);
}
