import { createHash } from 'node:crypto';
import { writeJson } from '#core/user-json.ts';

/**
 * A JSON answer that names its version (RFC 9110, sections 8.8.3 and 13.1.2): whoever sends that back in
 * `If-None-Match` is told 304 while it is the same. Nobody keeps it unasked: `no-cache` makes a cache ask again.
 */
export function versionedJson(request: Request, output: unknown): Response {
  const text = writeJson(output);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  const headers = { etag, 'cache-control': 'private, no-cache', vary: 'authorization, x-api-key, cookie' };
  if (names(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  return new Response(request.method === 'HEAD' ? null : text, {
    headers: { ...headers, 'content-type': 'application/json' },
  });
}

/** The comparison is weak: a proxy that compresses makes a tag weak on the way. */
const names = (header: string | null, etag: string): boolean =>
  header?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) ?? false;
