import { ExactNumber } from './exact-number.ts';

/** Whether a JSON text may hold a number that a double spells otherwise: looked for first, since reading exactly takes ten times as long. */
const MAY_HOLD_EXACT = /\d[\d.]{14}|\d[eE]|\.\d*0(?!\d)|\.0{6}|-0(?!\.)/;

/**
 * Reads JSON that a user or another system gave. A number that would be written in another way once it was a double
 * (digits beyond 2^53, `1e400`, `-0`, `1.0`) is an `ExactNumber`; a member `__proto__` is one like every other; of a name
 * that is given twice the last counts.
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

/** Non-enumerable, and the same in every copy of this module that a bundle holds. */
const EXACT = Symbol.for('honeyframe.exact_json');

/**
 * Gives a value of `JSON.parse`, whose numbers are plain for the schemas that check them, what `readJson` makes of the same
 * text: `exactOf` finds it at each of its objects and lists.
 * @param value of a depth that was checked
 */
export function keepExact<Value>(value: Value, json: string): Value {
  if (MAY_HOLD_EXACT.test(json)) attach(value, readJson(json));
  return value;
}

/** The same object or list with its numbers as they were written. */
export const exactOf = <Value>(value: Value): Value =>
  ((isContainer(value) && (value as { [EXACT]?: object })[EXACT]) || value) as Value;

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** @returns whether there is an exact number in it. */
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

/** Whether a value that was read is a JSON object. */
export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  isContainer(value) && !Array.isArray(value) && !(value instanceof ExactNumber);
