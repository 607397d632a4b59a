import type { IncomingHttpHeaders, RequestListener } from 'node:http';
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
    const { isPreflight, shared } = sharingOf(request.method, request.url, request.headers);
    if (isPreflight) {
      response.writeHead(204, shared).end();
      return;
    }
    for (const [name, value] of Object.entries(shared)) response.setHeader(name, value);
    otherwise(request, response);
  };
}

/** The same for a Fetch request, which Next's route handlers get under plain `next start`. */
export async function shareAnswer(request: Request, answer: () => Promise<Response>): Promise<Response> {
  const { isPreflight, shared } = sharingOf(request.method, request.url, Object.fromEntries(request.headers));
  if (isPreflight) return new Response(null, { status: 204, headers: shared });
  const answered = await answer();
  for (const [name, value] of Object.entries(shared)) answered.headers.set(name, value);
  return answered;
}

/** The headers that share an answer, none where it is not shared. To a preflight they are the whole answer. */
function sharingOf(
  method = '',
  target = '',
  headers: IncomingHttpHeaders,
): { isPreflight: boolean; shared: Record<string, string> } {
  if (isShared(target) && isPreflightOfKey(method, headers)) {
    return {
      isPreflight: true,
      shared: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': METHODS,
        // By name: `*` does not stand for Authorization (Fetch, section 4.9).
        'access-control-allow-headers': headerNames(headers['access-control-request-headers']).join(', '),
        'access-control-max-age': PREFLIGHT_SECONDS,
        vary: 'Access-Control-Request-Headers',
      },
    };
  }
  const shared = { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED };
  return { isPreflight: false, shared: isShared(target) && carriesKey(headers) ? shared : {} };
}

const isShared = (target: string): boolean =>
  SHARED_PATHS.has(/^(?:https?:\/\/[^/?#]*)?\/api\/([^/?]+)/i.exec(target)?.[1] ?? '');

const isPreflightOfKey = (method: string, headers: IncomingHttpHeaders): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined &&
  announcesKey(headers);
