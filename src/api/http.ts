import type { RequestListener } from 'node:http';
import { writeJson } from '#core/json/user-json.ts';
import type { Platform } from '#platform/scope.ts';
import { handleAuth } from './auth.ts';
import { answerReports, reportListener } from './csp-report.ts';
import { serveDocs } from './docs.ts';
import { healthResponse, live, readiness } from './health.ts';
import { handleMcp } from './mcp.ts';
import { handleMetrics } from './metrics.ts';
import { openApiDocument } from './openapi/openapi.ts';
import { refuseMethod } from './refuse-method.ts';
import { errorResponse, handleRest } from './rest.ts';
import { matchRoute } from './rest-routes.ts';
import { handleTrpc } from './trpc.ts';
import { handleTwilioStatus } from './twilio-status.ts';

type Face = {
  /** Its paths. What the first group matches is `part`. */
  path: RegExp;
  /** What `Allow` names. HEAD is GET without the body. */
  methods: readonly string[] | ((path: string) => readonly string[]);
  /** It answers every method itself; other faces are asked for theirs alone. */
  anyMethod?: true;
  /** It answers while the embedded PostgreSQL is being started again. */
  withoutDatabase?: true;
  answer: (platform: Platform, request: Request, part: string) => Response | Promise<Response>;
  /**
   * Answers in our own server instead, without the bridge to Fetch and before any check of the request: what browsers send
   * here counts in floods. The figures are in decision 055.
   */
  listen?: (platform: Platform) => RequestListener;
};

/** Every face of the API. The first whose path fits answers; REST is last, for it also says that a path does not exist. */
const FACES: readonly Face[] = [
  {
    path: /^\/api\/csp-report\/?$/,
    methods: ['POST', 'OPTIONS'],
    anyMethod: true,
    withoutDatabase: true,
    answer: answerReports,
    listen: reportListener,
  },
  { path: /^\/api\/trpc\/[^/]+$/, methods: ['GET', 'POST'], answer: handleTrpc },
  { path: /^\/api\/mcp$/, methods: ['POST'], anyMethod: true, answer: handleMcp },
  { path: /^\/api\/auth\/.+$/, methods: ['GET', 'POST'], answer: handleAuth },
  { path: /^\/api\/twilio\/status\/([^/]+)$/, methods: ['POST'], answer: handleTwilioStatus },
  { path: /^\/api\/openapi\.json$/, methods: ['GET'], answer: serveOpenApi },
  { path: /^\/api\/docs(?:\/(.+))?$/, methods: ['GET'], answer: serveDocs },
  { path: /^\/api\/health\/live$/, methods: ['GET'], withoutDatabase: true, answer: () => healthResponse(live()) },
  {
    path: /^\/api\/health\/ready$/,
    methods: ['GET'],
    withoutDatabase: true,
    answer: async (platform) => healthResponse(await readiness(platform)),
  },
  { path: /^\/api\/metrics$/, methods: ['GET'], answer: handleMetrics },
  { path: /^\/api(?:\/|$)/, methods: methodsOfRest, anyMethod: true, answer: handleRest },
];

/**
 * Answers any request to `/api`, for our own server and for Next's route handlers alike.
 * @returns always an answer: what went wrong is the contract's error body.
 */
export async function answerApi(platform: Platform, request: Request): Promise<Response> {
  try {
    const { pathname } = new URL(request.url);
    const { face, part } = faceOf(pathname);
    const { methods, anyMethod, answer } = face;
    if (!anyMethod && Array.isArray(methods) && !methods.includes(request.method === 'HEAD' ? 'GET' : request.method))
      return refuseMethod(...methods)(request);
    return await answer(platform, request, part);
  } catch (error) {
    return errorResponse(platform, error, request);
  }
}

/** @returns the methods that a path takes, as `Allow` names them; of a page, and of a path that does not exist, `GET`. */
export function methodsOf(path: string): readonly string[] {
  if (!isApiPath(path)) return ['GET'];
  const { methods } = faceOf(path).face;
  return typeof methods === 'function' ? methods(path) : methods;
}

/** @returns what answers this target in our own server without the bridge, if a face has that. */
export function directListeners(platform: Platform): (target: string) => RequestListener | undefined {
  const direct = FACES.flatMap(({ path, listen }) => (listen ? [{ path, listener: listen(platform) }] : []));
  return (target) => direct.find(({ path }) => path.test(pathOf(target)))?.listener;
}

/** The path of a request target, without its query. */
export const pathOf = (target: string): string => target.split('?', 1)[0] ?? '';

export const isApiPath = (path: string): boolean => /^\/api(?:\/|$)/.test(path);

/** Whether a path of the API is answered while the embedded PostgreSQL is being started again. */
export const worksWithoutDatabase = (path: string): boolean => faceOf(path).face.withoutDatabase === true;

function faceOf(path: string): { face: Face; part: string } {
  for (const face of FACES) {
    const match = face.path.exec(path);
    if (match) return { face, part: match[1] ?? '' };
  }
  throw new Error(`${path} is no path of the API.`);
}

function methodsOfRest(path: string): readonly string[] {
  const matched = matchRoute('', path);
  return 'allowed' in matched && matched.allowed.length > 0 ? matched.allowed : ['GET'];
}

function serveOpenApi(platform: Platform): Response {
  const text = platform.keep('OpenAPI document', () => writeJson(openApiDocument()));
  return new Response(text, { headers: { 'content-type': 'application/json' } });
}
