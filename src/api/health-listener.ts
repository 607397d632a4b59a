import type { RequestListener, ServerResponse } from 'node:http';
import type pg from 'pg';
import { type HealthAnswer, live, ready, unavailable } from './health.ts';

const STARTING = 'The console is starting: try again in a few seconds.';
const DATABASE_IS_BACK_SOON = 'The database is being started again: try again in a few seconds.';
const RETRY_AFTER_SECONDS = 2;

/** Answers before there is something to serve. */
export const answerWhileStarting: RequestListener = (request, response) => {
  if (!answer(request.url, response, () => unavailable(STARTING))) refuse(request.url, response, STARTING);
};

/**
 * Answers `/api/health/live` and `/api/health/ready` itself, without waking Next, and passes on every other request,
 * but for those that could only fail while the embedded PostgreSQL is being started again.
 * @param problem why this process is not ready although PostgreSQL answers: it lacks the key in use.
 */
export function answerHealth(
  pool: pg.Pool,
  isUp: () => boolean,
  otherwise: RequestListener,
  problem: () => string | null = () => null,
): RequestListener {
  const readiness = async () => {
    if (!isUp()) return unavailable(DATABASE_IS_BACK_SOON);
    const found = problem();
    return found ? unavailable(found) : ready(pool);
  };
  return (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && answer(request.url, response, readiness)) return;
    if (isUp()) otherwise(request, response);
    else refuse(request.url, response, DATABASE_IS_BACK_SOON);
  };
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

/** A program is told in the contract's error body, and a browser asks again by itself. */
function refuse(url: string | undefined, response: ServerResponse, message: string): void {
  if (url?.startsWith('/api/')) {
    send(response, unavailable(message));
    return;
  }
  response.setHeader('retry-after', RETRY_AFTER_SECONDS);
  response.setHeader('refresh', RETRY_AFTER_SECONDS);
  response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${message}\n`);
}

function send(response: ServerResponse, { status, body }: HealthAnswer): void {
  if (status === 503) response.setHeader('retry-after', RETRY_AFTER_SECONDS);
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
