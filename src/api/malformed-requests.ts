import type { RequestListener } from 'node:http';
import { withPlainLetters } from '#core/http/plain-letters.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { methodsOf } from './http.ts';
import { refuseRequest } from './refuse-request.ts';

/** What Next's route handlers know; it fails on every other method. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What clients resolve before they send (RFC 3986, section 5.2.4): `..`, in any spelling, and backslashes as a URL has none. */
const NOT_RESOLVED = /\\|%5c|\/(?:\.|%2e){1,2}(?:\/|%2f|$)/i;

/**
 * Answers requests on which Next would fail, or which its parts would read in different ways: an unknown method (405), more
 * than one host, a Host that no URL can hold, and a path that is not percent-encoded UTF-8 or not resolved (400, RFC 9112,
 * sections 3.2 and 3.3), and a query whose field Next would drop (400). Passes every other on, with a path that starts with
 * `/`, that encodes nothing that needs no encoding and, under `/api`, without a slash at its end.
 */
export function refuseMalformed(otherwise: RequestListener): RequestListener {
  return (request, response) => {
    const path = pathOf(request.url ?? '');
    const authority = /^https?:\/\/([^/?#]*)/i.exec(request.url ?? '')?.[1];
    // The target counts, and not the header beside it (RFC 9112, section 3.2.2).
    if (authority !== undefined) request.headers.host = authority;
    if (!METHODS.includes(request.method ?? '')) {
      const allowed = methodsOf(path?.split('?', 1)[0] ?? '');
      response.setHeader('allow', allowed.join(', '));
      const message = `This address accepts ${allowed.join(' and ')}, not ${request.method}.`;
      refuseRequest(request, response, new Refusal('METHOD_NOT_ALLOWED', message));
    } else if ((request.headersDistinct.host?.length ?? 0) > 1) {
      refuseRequest(
        request,
        response,
        new Refusal('VALIDATION', 'The request has more than one Host header. Send only one.'),
      );
    } else if (!isHost(request.headers.host)) {
      refuseRequest(
        request,
        response,
        new Refusal('VALIDATION', 'The Host header is not a host name or address. Check the URL.'),
      );
    } else if (path === null || NOT_RESOLVED.test(path.split('?', 1)[0] ?? '')) {
      refuseRequest(
        request,
        response,
        new Refusal('VALIDATION', 'The path is not a resolved, percent-encoded URL path. Check the URL.'),
      );
    } else if (namesPrototype(path)) {
      const message = 'Unknown field. Remove it, or check its spelling.';
      const issue = { path: ['__proto__'], message };
      refuseRequest(request, response, new Refusal('VALIDATION', `__proto__: ${message}`, [issue]));
    } else {
      request.url = path;
      otherwise(request, response);
    }
  };
}

/** @returns the path with its query, or null when it cannot be read. The absolute form is for proxies, but legal. */
function pathOf(target: string): string | null {
  const own = target.startsWith('/') ? target : (/^https?:\/\/[^/?#]*(\/.*)$/i.exec(target)?.[1] ?? '');
  const [given = '', ...query] = own.split('?');
  // A URL keeps its fragment to itself: readers differ on one that was sent (RFC 9112, section 3.2).
  if (given === '' || own.includes('#')) return null;
  try {
    decodeURIComponent(given);
  } catch {
    return null;
  }
  const path = withPlainLetters(given);
  return [/^\/api\/[^/]/.test(path) ? path.replace(/(?<=[^/])\/$/, '') : path, ...query].join('?');
}

/**
 * Whether a query of the API has a field called `__proto__`, in any spelling: Next drops it on the way to a route, which
 * could not refuse it then. The address of CSP reports takes any query.
 */
const namesPrototype = (path: string): boolean =>
  path.startsWith('/api/') &&
  !path.startsWith('/api/csp-report') &&
  path.includes('?') &&
  new URLSearchParams(path.slice(path.indexOf('?'))).has('__proto__');

/** An HTTP/1.0 request has none. */
export const isHost = (host: string | undefined): boolean =>
  !host || (/^[^\s/?#@\\]+$/.test(host) && URL.canParse(`http://${host}`));
