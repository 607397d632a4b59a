/** A part of the document, as JSON. */
type Json = { [name: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What generators of clients read differently, or not at all, said in a form that all of them read: openapi-typescript,
 * openapi-python-client, oapi-codegen, and ogen. The schemas that check requests stay as they are.
 * @param document the document as JSON. It stays as it is, and a new one is returned.
 */
export function portable<Document extends object>(document: Document): Document {
  const { components, ...rest } = document as Json;
  const given = (isObject(components) && isObject(components.schemas) && components.schemas) || {};
  const schemas = rewrite(given, given) as Json;
  const others = rewrite(rest, given);
  return {
    ...(others as Json),
    components: { ...(isObject(components) && components), schemas: used(schemas, others) },
  } as Document;
}

/** The schemas that something refers to, in their order. */
function used(schemas: Json, from: unknown): Json {
  const names = new Set<string>();
  const follow = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (names.has(name)) continue;
      names.add(name);
      follow(schemas[name] ?? null);
    }
  };
  follow(from);
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => names.has(name)));
}

function rewrite(value: unknown, schemas: Json): unknown {
  if (Array.isArray(value)) return value.map((one) => rewrite(one, schemas));
  if (!isObject(value)) return value;
  const part = Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, name.startsWith('example') ? one : rewrite(one, schemas)]),
  );
  // Few generators read a default that is an object, an array, or null.
  if (typeof part.default === 'object') delete part.default;
  const { pattern, anyOf, oneOf, ...others } = part;
  if (typeof pattern === 'string' && isSaidOtherwise(pattern, part.format)) {
    return rewrite(
      { ...others, ...(anyOf !== undefined && { anyOf }), ...(oneOf !== undefined && { oneOf }) },
      schemas,
    );
  }
  if (Array.isArray(anyOf)) return union(others, anyOf as Json[], schemas);
  if (Array.isArray(oneOf)) return merged(others, oneOf as Json[]) ?? part;
  return part;
}

const FORMATS = new Set<unknown>(['date-time', 'uuid', 'email', 'uri']);

/** Unicode classes, look-around, and back references are beyond RE2, which Go has. */
const BEYOND_RE2 = /\\[pPuk]|\\[1-9]|\(\?[=!<]/;

const isSaidOtherwise = (pattern: string, format: unknown): boolean => FORMATS.has(format) || BEYOND_RE2.test(pattern);

/**
 * One type or null is a list of types. Objects and arrays exclude each other, as `oneOf`; arrays that only their items would
 * tell apart are one array.
 */
function union(around: Json, variants: Json[], schemas: Json): Json {
  const [one, ...others] = variants.filter(({ type }) => type !== 'null');
  if (one && others.length === 0 && typeof one.type === 'string') {
    return {
      ...one,
      ...around,
      type: [one.type, 'null'],
      ...(Array.isArray(one.enum) && { enum: [...one.enum, null] }),
    };
  }
  const types = variants.map((variant) => resolved(variant, schemas).type);
  if (!types.every((type) => type === 'object' || type === 'array')) return { ...around, anyOf: variants };
  const arrays = variants.filter((_, index) => types[index] === 'array');
  const objects = variants.filter((_, index) => types[index] === 'object');
  const array = arrays.length > 1 ? [{ type: 'array', items: { type: 'object', additionalProperties: {} } }] : arrays;
  // Beside an array, generators tell variants apart by type alone.
  const object =
    array.length > 0 && objects.length > 1 ? [combined(objects.map((one) => resolved(one, schemas)))] : objects;
  return { ...around, oneOf: [...object, ...array] };
}

function resolved(schema: Json, schemas: Json): Json {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  const found = name === undefined ? undefined : schemas[name];
  return isObject(found) ? found : schema;
}

/** Variants that a boolean tells apart, which no discriminator can name (OpenAPI 3.1, section 4.8.25), become one object. */
function merged(around: Json, variants: Json[]): Json | undefined {
  const [first, ...others] = variants.map(fieldsOf);
  const isTold = Object.entries(first ?? {}).some(
    ([name, { const: value }]) =>
      typeof value === 'boolean' && others.every((fields) => typeof fields[name]?.const === 'boolean'),
  );
  return isTold ? { ...combined(variants), ...around } : undefined;
}

const fieldsOf = ({ properties }: Json): Record<string, Json> =>
  isObject(properties) ? (properties as Record<string, Json>) : {};

/** An object with the fields of all variants. Required are those that all of them require. */
function combined(variants: Json[]): Json {
  const shapes = variants.map(fieldsOf);
  const names = [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
  const fields = names.map((name) => [name, widest(shapes.flatMap((shape) => (shape[name] ? [shape[name]] : [])))]);
  const isRequired = (name: string) =>
    variants.every(({ required }) => Array.isArray(required) && required.includes(name));
  return { type: 'object', properties: Object.fromEntries(fields), required: names.filter(isRequired) };
}

/** The schema that has room for what all of them allow: a value, or a value or null. */
function widest(schemas: Json[]): Json {
  if (schemas.every((one) => typeof one.const === 'boolean')) return { type: 'boolean' };
  const wide = schemas.find(({ type }) => Array.isArray(type)) ?? schemas[0];
  return { ...schemas.find(({ description }) => description), ...wide };
}
