import { readJson, writeJson } from '#core/json/user-json.ts';
import type { FieldInfo } from './use-connector-types.ts';

/** What a person typed, by field name. */
export type Typed = Record<string, string>;

export const emptyValues = (fields: readonly FieldInfo[]): Typed =>
  Object.fromEntries(fields.map(({ name }) => [name, '']));

/** A connector's config as a form shows it: secrets start empty, for what is masked is not to be edited. */
export const shownValues = (fields: readonly FieldInfo[], config: Record<string, unknown>): Typed =>
  Object.fromEntries(fields.map(({ name, secret }) => [name, secret ? '' : valueText(config[name])]));

/** A config's value as text: JSON is indented, what is not set is empty. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : writeJson(value, 2);
}

/**
 * What was typed as the API takes it.
 * @param secrets with 'keep secrets' it is a change: an empty secret is left out, so that the stored one stays, and
 * any other empty option is null, which takes the stored value away.
 * @param removed the names of the secrets that a change takes away
 * @returns the values, and what is wrong with those that cannot be read, by field name.
 */
export function readValues(
  fields: readonly FieldInfo[],
  typed: Typed,
  secrets: 'give secrets' | 'keep secrets' = 'give secrets',
  removed: Readonly<Record<string, boolean>> = {},
) {
  const values: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const { name, label, kind, required, secret } of fields) {
    const text = typed[name] ?? '';
    if (text.trim() === '') {
      if (secret && secrets === 'keep secrets' && !removed[name]) continue;
      if (required) errors[name] = `${label} is required.`;
      else if (secrets === 'keep secrets') values[name] = null;
    } else if (kind === 'json') {
      const parsed = parseJson(text);
      if ('error' in parsed) errors[name] = parsed.error;
      else values[name] = parsed.value;
    } else {
      values[name] = kind === 'url' ? text.trim() : text;
    }
  }
  return { values, errors };
}

function parseJson(text: string): { value: unknown } | { error: string } {
  try {
    return { value: readJson(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^JSON\.parse: /, '') : '';
    return { error: `This is not JSON: ${reason}` };
  }
}

/** Errors of a config's fields under the names that a form gives them. */
export const configErrors = (errors: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([name, error]) => [`config.${name}`, error]));
