import { isJsonObject } from '#core/json/user-json.ts';
import { MASK } from '#core/text/mask.ts';
import { storable } from '#core/text/storable-text.ts';

const MOST_MEMBERS = 30;
const MOST_NAME = 100;
const MOST_LEVELS = 4;

/**
 * A call's arguments as its log keeps them: their shape, with every value masked but the connector's name, and bounded.
 */
export function maskArguments(given: unknown): Record<string, unknown> {
  if (!isJsonObject(given)) return {};
  return Object.fromEntries(
    membersOf(given).map(([name, value]) => [
      name,
      name === 'connector' && typeof value === 'string' ? storable(value).slice(0, 200) : masked(value, 1),
    ]),
  );
}

function masked(value: unknown, level: number): unknown {
  if (level >= MOST_LEVELS) return MASK;
  if (Array.isArray(value)) return value.slice(0, MOST_MEMBERS).map((one) => masked(one, level + 1));
  if (!isJsonObject(value)) return MASK;
  return Object.fromEntries(membersOf(value).map(([name, inner]) => [name, masked(inner, level + 1)]));
}

const membersOf = (value: object): [string, unknown][] =>
  Object.entries(value)
    .slice(0, MOST_MEMBERS)
    .map(([name, inner]) => [storable(name).slice(0, MOST_NAME), inner]);

/** PostgreSQL's JSON holds no NUL and no half characters. */
