import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type pg from 'pg';
import { createReachability, type HealthAnswer, live, readinessOf, unavailable } from './health.ts';
import { unavailablePage } from './unavailable-page.ts';

const STARTING = 'The console is starting: try again in a few seconds.';
const DATABASE_IS_BACK_SOON = 'The database is being started again: try again in a few seconds.';
const DATABASE_IS_AWAY = 'The database does not answer: try again in a moment.';
const RETRY_AFTER_SECONDS = 2;

/** Answers before there is something to serve. */
export const answerWhileStarting: RequestListener = (request, response) => {
  if (!answer(request.url, response, () => unavailable(STARTING))) refuse(request, response, STARTING);
};

/**
 * Answers `/api/health/live` and `/api/health/ready` itself, without waking Next, and passes on every other request,
 * but for those that could only fail: all while the embedded PostgreSQL is being started again, and pages while any
 * PostgreSQL is away, for which Next has nothing but an error of its own.
 * @param problem why this process is not ready although PostgreSQL answers: it lacks the key in use.
 */
export function answerHealth(
  pool: pg.Pool,
  isUp: () => boolean,
  otherwise: RequestListener,
  problem: () => string | null = () => null,
): RequestListener {
  const [readiness, reachability] = [readinessOf(pool), createReachability(pool)];
  const askReadiness = async () => {
    if (!isUp()) return unavailable(DATABASE_IS_BACK_SOON);
    const found = problem();
    return found ? unavailable(found) : readiness();
  };
  return (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && answer(request.url, response, askReadiness)) return;
    if (!isUp()) refuse(request, response, DATABASE_IS_BACK_SOON);
    else if (isRead && isPage(request)) {
      void reachability().then(({ status }) =>
        status === 200 ? otherwise(request, response) : refuse(request, response, DATABASE_IS_AWAY),
      );
    } else otherwise(request, response);
  };
}

/** What Next renders with the database: neither the API nor a file. */
function isPage({ url = '' }: IncomingMessage): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return !/^\/(api|_next|api-docs)(\/|$)/.test(path) && !/^\/[^/]+\.(svg|ico|txt)$/.test(path);
}

/** @returns whether it was asked for the health. */
function answer(
  url: string | undefined,
  response: ServerResponse,
  readiness: () => HealthAnswer | Promise<HealthAnswer>,
): boolean {
  const path = url?.split('?', 1)[0];
  if (path === '/api/health/live') send(response, live());
  else if (path === '/api/health/ready') void Promise.resolve(readiness()).then((health) => send(response, health));
  else return false;
  return true;
}

/** A program is told in the contract's error body, and a browser shows a page that asks again by itself. */
function refuse(request: IncomingMessage, response: ServerResponse, message: string): void {
  if (request.url?.startsWith('/api/')) {
    send(response, unavailable(message));
    return;
  }
  const { headers, body } = unavailablePage(message, RETRY_AFTER_SECONDS);
  response.setHeader('retry-after', RETRY_AFTER_SECONDS);
  response.setHeader('refresh', RETRY_AFTER_SECONDS);
  response.writeHead(503, { ...headers, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function send(response: ServerResponse, { status, body }: HealthAnswer): void {
  if (status === 503) response.setHeader('retry-after', RETRY_AFTER_SECONDS);
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
