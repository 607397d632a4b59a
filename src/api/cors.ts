import type { IncomingMessage, RequestListener } from 'node:http';
import { announcesKey, carriesKey, headerNames } from './key-headers.ts';
import { restRoutes } from './rest-routes.ts';

/** What stands after `/api/` in the paths that pages of any origin may call: MCP and the REST API. */
const SHARED_PATHS = new Set(['mcp', ...restRoutes.map(({ rest }) => rest.path.split('/')[2] ?? '')]);

/** Also those that a path does not take: its 405 says so, where a refused preflight says nothing to a page. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** What a page may read of an answer beside the few headers that every page may (Fetch, section 3.3.4). */
const EXPOSED = 'Allow, Content-Disposition, ETag, Mcp-Session-Id, Retry-After, WWW-Authenticate';

/** Browsers ask again after this time at the latest; Chromium after two hours. */
const PREFLIGHT_SECONDS = '86400';

/**
 * Lets pages of every origin call MCP and the REST API with an API key, and read the answers (Fetch, section 3.3). The
 * origin `*` keeps browsers from sending or reading anything with cookies. Without a key nothing is shared, and tRPC, sign-in
 * and pages never are (docs/decisions/053).
 */
export function shareWithOrigins(otherwise: RequestListener): RequestListener {
  return (request, response) => {
    if (!isShared(request.url ?? '')) {
      otherwise(request, response);
    } else if (isPreflightOfKey(request)) {
      response.writeHead(204, {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': METHODS,
        // By name: `*` does not stand for Authorization (Fetch, section 4.9).
        'access-control-allow-headers': headerNames(request.headers['access-control-request-headers']).join(', '),
        'access-control-max-age': PREFLIGHT_SECONDS,
        vary: 'Access-Control-Request-Headers',
      });
      response.end();
    } else {
      if (carriesKey(request.headers)) {
        response.setHeader('access-control-allow-origin', '*');
        response.setHeader('access-control-expose-headers', EXPOSED);
      }
      otherwise(request, response);
    }
  };
}

const isShared = (target: string): boolean =>
  SHARED_PATHS.has(/^(?:https?:\/\/[^/?#]*)?\/api\/([^/?]+)/i.exec(target)?.[1] ?? '');

const isPreflightOfKey = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined &&
  announcesKey(headers);
