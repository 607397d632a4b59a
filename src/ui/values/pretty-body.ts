import { indentJson } from './indent-json.ts';

/** A body as people read it: JSON is indented, everything else stays as it came. */
export function prettyBody(body: unknown): string {
  if (typeof body !== 'string') return JSON.stringify(body, null, 2) ?? '';
  return indentJson(body) ?? body;
}
