import { ExactNumber } from './exact-number.ts';

/**
 * Whether a JSON text may contain a number that a double would write differently. Checked first, because exact parsing
 * takes ten times as long.
 */
const MAY_HOLD_EXACT = /\d[\d.]{14}|\d[eE]|\.\d*0(?!\d)|\.0{6}|-0(?!\.)/;

/**
 * Parses JSON from a user or another system. A number that a double would write differently (digits beyond 2^53,
 * `1e400`, `-0`, `1.0`) becomes an `ExactNumber`. A member `__proto__` is an ordinary member, and the last of several
 * members with the same name counts.
 * @throws SyntaxError
 */
export function readJson(json: string): unknown {
  if (!MAY_HOLD_EXACT.test(json)) return JSON.parse(json);
  return JSON.parse(json, function exact(_key, value: unknown, context?: { source?: string }) {
    const source = typeof value === 'number' ? context?.source : undefined;
    return source === undefined || source === String(value) ? value : new ExactNumber(source);
  });
}

/**
 * Writes what `readJson` read, every number as it was written.
 * @param indent spaces for each level; on one line when left out
 */
export const writeJson = (value: unknown, indent?: number): string => JSON.stringify(value, null, indent) ?? 'null';

/** Not enumerable, and shared by all copies of this module in a bundle. */
const EXACT = Symbol.for('honeyframe.exact_json');

/**
 * Attaches the result of `readJson` to a value from `JSON.parse`, whose plain numbers schemas can check. `exactOf`
 * returns it for each of its objects and lists.
 * @param value of a depth that was checked
 */
export function keepExact<Value>(value: Value, json: string): Value {
  if (MAY_HOLD_EXACT.test(json)) attach(value, readJson(json));
  return value;
}

/** The same object or list, with numbers as they were written. */
export const exactOf = <Value>(value: Value): Value =>
  ((isContainer(value) && (value as { [EXACT]?: object })[EXACT]) || value) as Value;

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** @returns whether it contains an exact number. */
function attach(plain: unknown, exact: unknown): boolean {
  if (!isContainer(plain) || !isContainer(exact)) return exact instanceof ExactNumber;
  let holdsOne = false;
  for (const name of Object.keys(plain)) {
    const inner = attach(Object.getOwnPropertyDescriptor(plain, name)?.value, memberOf(exact, name));
    holdsOne ||= inner;
  }
  if (holdsOne) Object.defineProperty(plain, EXACT, { value: exact });
  return holdsOne;
}

const memberOf = (value: object, name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;

/** Whether a parsed value is a JSON object. */
export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  isContainer(value) && !Array.isArray(value) && !(value instanceof ExactNumber);
