import { ExactNumber } from '#core/json/exact-number.ts';
import { readJson, writeJson } from '#core/json/user-json.ts';

/** No value of our API is a Map: it marks what React would not carry from the server to the browser. */
const MARK = 'json';

/**
 * What a page's queries hold, for React to carry to the browser: it takes no instance of a class and drops members called
 * `__proto__`, so whatever holds such goes as JSON text.
 */
export function packExact(value: unknown): unknown {
  if (value instanceof ExactNumber) return new Map([[MARK, value.source]]);
  if (Array.isArray(value)) return value.map(packExact);
  if (!isPlainObject(value)) return value;
  if (Object.hasOwn(value, '__proto__')) return new Map([[MARK, writeJson(value)]]);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, packExact(inner)]));
}

/** What `packExact` packed. */
export function unpackExact(value: unknown): unknown {
  if (value instanceof Map) return readJson(String(value.get(MARK)));
  if (Array.isArray(value)) return value.map(unpackExact);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unpackExact(inner)]));
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
