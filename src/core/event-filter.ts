/** What is wrong with a filter: where in it, and what to change. */
export type FilterIssue = { path: string[]; message: string };
export type CompiledFilter = { ok: true; path: string } | { ok: false; issues: FilterIssue[] };

const MOST_LEVELS = 10;
const MOST_CONDITIONS = 100;
const MOST_TEXT = 1000;

type Scalar = string | number | boolean | null;
/** What is said of one place in the data, as a jsonpath predicate of it. */
type Operator = {
  takes: string;
  accepts: (value: unknown) => boolean;
  predicate: (place: string, value: never) => string;
};

const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'boolean' || isNumber(value) || isText(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MOST_TEXT && !value.includes('\u0000') && value.isWellFormed();
const isOrdered = (value: unknown): boolean => isNumber(value) || isText(value);

/** A comparison of unlike things is unknown, and counts as false also below `not`. */
const sure = (predicate: string): string => `(!((${predicate}) is unknown) && ${predicate})`;
const compare = (sign: string) => (place: string, value: Scalar) => sure(`${place} ${sign} ${JSON.stringify(value)}`);
const comparison = (sign: string): Operator => ({
  takes: 'a number or a text',
  accepts: isOrdered,
  predicate: compare(sign),
});

const equals: Operator = {
  takes: 'a text, a number, true, false or null',
  accepts: isScalar,
  predicate: compare('=='),
};
const OPERATORS: Record<string, Operator> = {
  equals,
  in: {
    takes: 'a list of 1 to 100 texts, numbers, true, false or null',
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.length <= 100 && value.every(isScalar),
    predicate: (place, values: Scalar[]) => `(${values.map((value) => compare('==')(place, value)).join(' || ')})`,
  },
  exists: {
    takes: 'true or false',
    accepts: (value) => typeof value === 'boolean',
    predicate: (place, value: boolean) => (value ? `exists(${place})` : `!(exists(${place}))`),
  },
  gt: comparison('>'),
  gte: comparison('>='),
  lt: comparison('<'),
  lte: comparison('<='),
  prefix: {
    takes: 'a text',
    accepts: isText,
    predicate: (place, value: string) => sure(`${place} starts with ${JSON.stringify(value)}`),
  },
};

/**
 * Compiles a filter on an event's data to a predicate in PostgreSQL's jsonpath, in its lax mode: where the data has a
 * list, one of its elements suffices. A filter is an object of places, with dots for what stands deeper, and what is said
 * of each (`equals` when it is a plain value); all must hold. `and`, `or` and `not` join filters.
 * @example { "status": { "in": ["failed", "cancelled"] }, "not": { "owner.team": "qa" } }
 */
export function compileFilter(filter: unknown): CompiledFilter {
  const issues: FilterIssue[] = [];
  let conditions = 0;

  function refuse(path: string[], message: string): string {
    issues.push({ path, message });
    return 'false';
  }

  function all(filter: unknown, path: string[], level: number): string {
    if (!isObject(filter)) return refuse(path, 'Give a JSON object.');
    if (level > MOST_LEVELS) return refuse(path, `Nest and, or and not at most ${MOST_LEVELS} levels deep.`);
    const members = Object.entries(filter);
    if (members.length === 0) return refuse(path, 'Say at least one thing in it.');
    return join(
      members.map(([name, value]) => member(name, value, [...path, name], level)),
      '&&',
    );
  }

  function member(name: string, value: unknown, path: string[], level: number): string {
    if (name === 'not') return `!(${all(value, path, level + 1)})`;
    if (name === 'and' || name === 'or') {
      if (!Array.isArray(value) || value.length === 0) return refuse(path, 'Give a list of filters.');
      const parts = value.map((part, index) => all(part, [...path, String(index)], level + 1));
      return join(parts, name === 'and' ? '&&' : '||');
    }
    return place(name, value, path);
  }

  function place(name: string, value: unknown, path: string[]): string {
    const keys = name.split('.');
    if (!isText(name) || keys.includes('')) return refuse(path, 'Name a place in the data, such as owner.team.');
    const at = `$.${keys.map((key) => JSON.stringify(key)).join('.')}`;
    const said = isObject(value) ? Object.entries(value) : [['equals', value] as const];
    if (said.length === 0) return refuse(path, `Say something of it: ${Object.keys(OPERATORS).join(', ')}.`);
    return join(
      said.map(([operator, operand]) => condition(at, operator, operand, isObject(value) ? [...path, operator] : path)),
      '&&',
    );
  }

  function condition(at: string, name: string, operand: unknown, path: string[]): string {
    conditions += 1;
    if (conditions === MOST_CONDITIONS + 1) return refuse(path, `Give at most ${MOST_CONDITIONS} conditions.`);
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (!operator) return refuse(path, `There is no "${name}" here: use ${Object.keys(OPERATORS).join(', ')}.`);
    if (!operator.accepts(operand)) return refuse(path, `Give ${operator.takes}.`);
    return operator.predicate(at, operand as never);
  }

  const path = all(filter, [], 1);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, path };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (predicates: string[], sign: '&&' | '||'): string =>
  predicates.length === 1 ? (predicates[0] ?? '') : `(${predicates.join(` ${sign} `)})`;
