/** The kind of a column's value. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'json' | 'timestamptz' | 'timestamp' | ArrayKind;
export type ArrayKind = { array: Exclude<ValueKind, ArrayKind>; delimiter: string };

/** A column's value in PostgreSQL's text format; null is NULL. */
export type PgText = string | null;

const NUMBER = /^-?\d{1,900}(\.\d{1,900})?(e[+-]?\d{1,3})?$/i;
const TIMESTAMPTZ = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)\+00$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/;

/**
 * A value as JSON text. Numbers keep all their digits, times become RFC 3339 in UTC (the session's time zone must be
 * UTC, its DateStyle ISO), JSON stays as it is. What JSON can't represent (NaN, infinity, years BC) becomes a string as
 * PostgreSQL writes it.
 */
export function pgValueToJson(kind: ValueKind, text: PgText): string {
  if (text === null) return 'null';
  if (typeof kind === 'object') return arrayToJson(kind, text);
  switch (kind) {
    case 'number':
      return NUMBER.test(text) ? text : JSON.stringify(text);
    case 'boolean':
      return text === 't' ? 'true' : 'false';
    case 'json':
      return text;
    case 'timestamptz':
      return JSON.stringify(text.replace(TIMESTAMPTZ, '$1T$2Z'));
    case 'timestamp':
      return JSON.stringify(text.replace(TIMESTAMP, '$1T$2'));
    default:
      return JSON.stringify(text);
  }
}

/** An array's text (PostgreSQL, section 8.15.6); explicit bounds (`[0:2]={…}`) are ignored. */
function arrayToJson({ array, delimiter }: ArrayKind, text: string): string {
  const start = text.indexOf('{');
  if (start === -1) return JSON.stringify(text);
  let at = start;

  function readList(): string {
    const items: string[] = [];
    at += 1;
    while (at < text.length && text[at] !== '}') {
      if (text[at] === '{') items.push(readList());
      else items.push(text[at] === '"' ? pgValueToJson(array, readQuoted()) : bare(readBare()));
      if (text[at] === delimiter) at += 1;
    }
    at += 1;
    return `[${items.join(',')}]`;
  }

  function readQuoted(): string {
    let value = '';
    for (at += 1; at < text.length && text[at] !== '"'; at += 1) {
      if (text[at] === '\\') at += 1;
      value += text[at] ?? '';
    }
    at += 1;
    return value;
  }

  function readBare(): string {
    const from = at;
    while (at < text.length && text[at] !== delimiter && text[at] !== '}') at += 1;
    return text.slice(from, at);
  }

  const bare = (value: string) => pgValueToJson(array, value === 'NULL' ? null : value);
  return readList();
}
