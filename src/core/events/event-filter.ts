import { ExactNumber } from '#core/json/exact-number.ts';

/** An error in a filter: its path, and what to change. */
export type FilterIssue = { path: string[]; message: string };
/** A checked filter, ready to be evaluated by `judgeFilters`. */
export type Filter =
  | { all: Filter[] }
  | { any: Filter[] }
  | { not: Filter }
  | { place: string[]; operator: Operator; operand: unknown };
export type CompiledFilter = { ok: true; filter: Filter } | { ok: false; issues: FilterIssue[] };

const MOST_LEVELS = 10;
const MOST_CONDITIONS = 100;
const MOST_TEXT = 1000;
/** The maximum length of a field's path. */
const MOST_KEYS = 100;

export type Scalar = string | number | ExactNumber | boolean | null;

const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'boolean' || isNumber(value) || isText(value);
const isNumber = (value: unknown): value is number | ExactNumber =>
  value instanceof ExactNumber || (typeof value === 'number' && Number.isFinite(value));
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MOST_TEXT && !value.includes('\u0000') && value.isWellFormed();
const isOrdered = (value: unknown): boolean => isNumber(value) || isText(value);
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

const ORDERED = { takes: 'a number or a string', accepts: isOrdered };
/** The conditions on one field of the data. */
const OPERATORS = {
  equals: { takes: 'a string, a number, true, false, or null', accepts: isScalar },
  in: {
    takes: 'a list of 1 to 100 values, each a string, a number, true, false, or null',
    accepts: (value: unknown) =>
      Array.isArray(value) && value.length > 0 && value.length <= 100 && value.every(isScalar),
  },
  exists: { takes: 'true or false', accepts: isBoolean },
  gt: ORDERED,
  gte: ORDERED,
  lt: ORDERED,
  lte: ORDERED,
  prefix: { takes: 'a string', accepts: isText },
} satisfies Record<string, { takes: string; accepts: (value: unknown) => boolean }>;
export type Operator = keyof typeof OPERATORS;

/**
 * Checks a filter on an event's data. If the data contains a list, one matching element is enough. A filter is an
 * object of fields, with dots for nested ones, and a condition for each (`equals` for a plain value); all must be true.
 * `and`, `or`, and `not` combine filters. Values of different types never match.
 * @param filter as `parseExactly` reads it, so that its numbers keep their digits.
 * @example { "status": { "in": ["failed", "cancelled"] }, "not": { "owner.team": "qa" } }
 */
export function compileFilter(filter: unknown): CompiledFilter {
  const issues: FilterIssue[] = [];
  let conditions = 0;

  function refuse(path: string[], message: string): Filter {
    issues.push({ path, message });
    return { any: [] };
  }

  function all(filter: unknown, path: string[], level: number): Filter {
    if (!isObject(filter)) return refuse(path, 'Must be a JSON object.');
    if (level > MOST_LEVELS) return refuse(path, `Must not nest and, or, and not deeper than ${MOST_LEVELS} levels.`);
    const members = Object.entries(filter);
    if (members.length === 0) return refuse(path, 'Must contain at least one condition.');
    return { all: members.map(([name, value]) => member(name, value, [...path, name], level)) };
  }

  function member(name: string, value: unknown, path: string[], level: number): Filter {
    if (name === 'not') return { not: all(value, path, level + 1) };
    if (name === 'and' || name === 'or') {
      if (!Array.isArray(value) || value.length === 0) return refuse(path, 'Must be a list of filters.');
      if (value.length > MOST_CONDITIONS) return refuse(path, `Must be at most ${MOST_CONDITIONS} filters.`);
      const parts = value.map((part, index) => all(part, [...path, String(index)], level + 1));
      return name === 'and' ? { all: parts } : { any: parts };
    }
    return place(name, value, path);
  }

  function place(name: string, value: unknown, path: string[]): Filter {
    const keys = name.split('.');
    if (!isText(name) || keys.includes('') || keys.length > MOST_KEYS)
      return refuse(path, 'Must name a field in the data, such as owner.team.');
    const said = isObject(value) ? Object.entries(value) : [['equals', value] as const];
    if (said.length === 0)
      return refuse(path, `Must have at least one operator: ${Object.keys(OPERATORS).join(', ')}.`);
    return {
      all: said.map(([operator, operand]) =>
        condition(keys, operator, operand, isObject(value) ? [...path, operator] : path),
      ),
    };
  }

  function condition(place: string[], name: string, operand: unknown, path: string[]): Filter {
    conditions += 1;
    if (conditions === MOST_CONDITIONS + 1) return refuse(path, `Must have at most ${MOST_CONDITIONS} conditions.`);
    if (!isOperator(name))
      return refuse(path, `There is no operator "${name}". Use ${Object.keys(OPERATORS).join(', ')}.`);
    if (!OPERATORS[name].accepts(operand)) return refuse(path, `Must be ${OPERATORS[name].takes}.`);
    return { place, operator: name, operand };
  }

  const compiled = all(filter, [], 1);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, filter: compiled };
}

const isOperator = (name: string): name is Operator => Object.hasOwn(OPERATORS, name);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
