import type { DuckDbParameter } from '#platform/duckdb.ts';

/** The parameters of one statement: what is bound never becomes part of its text. */
export type Parameters = { values: Record<string, DuckDbParameter>; bind(value: DuckDbParameter): string };

export function createParameters(): Parameters {
  const values: Record<string, DuckDbParameter> = {};
  return {
    values,
    bind(value) {
      const name = `p${Object.keys(values).length}`;
      values[name] = value;
      return `$${name}`;
    },
  };
}
