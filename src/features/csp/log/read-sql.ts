import type { StreamFile } from '#features/csp/live/stream-files.ts';
import type { Parameters } from './parameters.ts';

/** Files to read, and how. */
export type Reading = {
  /** Those in which every line is as the log writes it. */
  whole: readonly StreamFile[];
  others: readonly StreamFile[];
  /** Whether there may be a line of more than a megabyte, such as the zeros that a power cut leaves. */
  longLines: boolean;
};

export type Fields = { [name: string]: string | { [name: string]: string } };

const MOST_LINE_BYTES = 1024 * 1024;
/** A whole file. */
const MOST_LONG_LINE_BYTES = 64 * 1024 * 1024;

/**
 * A relation of these fields of the lines of files; null where a line has none, and all of them where it is no JSON.
 * The line after one that is torn behind a colon, a comma or a bracket is lost to DuckDB's quick reader (seen with
 * 1.5.6), so it reads the whole ones alone. The other takes four times as long.
 */
export function readSql({ whole, others, longLines }: Reading, fields: Fields, parameters: Parameters): string {
  const bytes = longLines ? MOST_LONG_LINE_BYTES : MOST_LINE_BYTES;
  const options = `ignore_errors = true, maximum_object_size = ${bytes}`;
  const pathsOf = (files: readonly StreamFile[]) => parameters.bind(files.map(({ path }) => path));
  const names = ['filename', ...Object.keys(fields)].join(', ');
  const quick = () => `select ${names} from read_ndjson(${pathsOf(whole)}, columns = ${columnsOf(fields)}, ${options})`;
  const careful = () => `select ${names} from (
    select filename, unnest(json_transform(json, '${JSON.stringify(fields)}')) from read_ndjson_objects(${pathsOf(others)}, ${options}))`;
  const parts = [...(whole.length > 0 ? [quick()] : []), ...(others.length > 0 ? [careful()] : [])];
  return `(${parts.length > 0 ? parts.join(' union all ') : nothing(fields)})`;
}

const nothing = (fields: Fields): string =>
  `select '' as filename, unnest(json_transform('{}'::json, '${JSON.stringify(fields)}')) limit 0`;

const columnsOf = (fields: Fields): string =>
  `{${Object.entries(fields)
    .map(([name, type]) => `"${name}": '${typeof type === 'string' ? type : structOf(type)}'`)
    .join(', ')}}`;

const structOf = (fields: Record<string, string>): string =>
  `STRUCT(${Object.entries(fields)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(', ')})`;
