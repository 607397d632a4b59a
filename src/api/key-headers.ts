import type { IncomingHttpHeaders } from 'node:http';

/** The headers in which an API key comes. A request that has one of them is judged by the key alone, never by a cookie. */
export const KEY_HEADERS = ['authorization', 'x-api-key'] as const;

export const carriesKey = (headers: IncomingHttpHeaders): boolean =>
  KEY_HEADERS.some((name) => headers[name] !== undefined);

/** A browser asks before it sends a key to another origin; the question itself carries none. */
export const announcesKey = (headers: IncomingHttpHeaders): boolean =>
  headerNames(headers['access-control-request-headers']).some((name) =>
    (KEY_HEADERS as readonly string[]).includes(name),
  );

/** The names that a list of header names holds, in lower case. */
export const headerNames = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => /^[!#$%&'*+.^_`|~\da-z-]+$/.test(name));
