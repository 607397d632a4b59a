import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { errorBody } from '#platform/error-body.ts';
import { Refusal } from '#platform/refusal.ts';

/** What Next's route handlers know; it fails on every other method. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Answers requests on which Next would fail: an unknown method (405), a Host that no URL can hold and a path that is not
 * percent-encoded UTF-8 (400, RFC 9112, sections 3.2 and 3.3). Passes every other on, with a path that starts with `/`
 * and, under `/api`, without a slash at its end.
 */
export function refuseMalformed(otherwise: RequestListener): RequestListener {
  return (request, response) => {
    const path = pathOf(request.url ?? '');
    if (!METHODS.includes(request.method ?? '')) {
      response.setHeader('allow', METHODS.join(', '));
      refuse(response, new Refusal('METHOD_NOT_SUPPORTED', `This address does not take ${request.method}.`));
    } else if (!isHost(request)) {
      refuse(response, new Refusal('BAD_REQUEST', 'The Host header is no host name or address: check the URL.'));
    } else if (path === null) {
      refuse(response, new Refusal('BAD_REQUEST', 'The path is not percent-encoded UTF-8: check the URL.'));
    } else {
      request.url = path;
      otherwise(request, response);
    }
  };
}

/** @returns the path with its query, or null when it cannot be read. The absolute form is for proxies, but legal. */
function pathOf(target: string): string | null {
  const own = target.startsWith('/') ? target : (/^https?:\/\/[^/?#]*(\/.*)$/i.exec(target)?.[1] ?? '');
  const [path = '', ...query] = own.split('?');
  if (path === '') return null;
  try {
    decodeURIComponent(path);
  } catch {
    return null;
  }
  return [/^\/api\/[^/]/.test(path) ? path.replace(/(?<=[^/])\/$/, '') : path, ...query].join('?');
}

/** An HTTP/1.0 request has none. */
function isHost({ headers: { host } }: IncomingMessage): boolean {
  return !host || (/^[^\s/?#@\\]+$/.test(host) && URL.canParse(`http://${host}`));
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  const { status, body } = errorBody(refusal);
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
