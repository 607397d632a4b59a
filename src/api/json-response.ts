import { writeJson } from '#core/json/user-json.ts';
import { TextResponse } from '#platform/fetch-listener.ts';

/**
 * A JSON answer that names its length, so that it needs no chunks and a small one is not compressed.
 * @param value numbers of users' JSON are written as they came.
 */
export function jsonResponse(value: unknown, status: number, headers: Record<string, string> = {}): Response {
  const text = writeJson(value);
  return new TextResponse(text, {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)), ...headers },
  });
}
