import type { RequestListener, ServerResponse } from 'node:http';
import type pg from 'pg';
import { type HealthAnswer, live, ready, unavailable } from './health.ts';

/**
 * Answers `/api/health/live` and `/api/health/ready` itself, without waking Next, and passes on every other request.
 * @param pool null while the process starts.
 */
export function healthListener(pool: () => pg.Pool | null, otherwise: RequestListener): RequestListener {
  return (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const path = isRead ? request.url?.split('?', 1)[0] : undefined;
    if (path === '/api/health/live') return send(response, live());
    if (path !== '/api/health/ready') return otherwise(request, response);
    const opened = pool();
    if (!opened) return starting(request, response);
    void ready(opened).then((answer) => send(response, answer));
  };
}

const RETRY_AFTER_SECONDS = 2;

/** Answers 503 to everything: a program is told in the contract's error body, and a browser asks again by itself. */
const refuseAll =
  (message: string): RequestListener =>
  (request, response) => {
    response.setHeader('retry-after', RETRY_AFTER_SECONDS);
    if (request.url?.startsWith('/api/')) return send(response, unavailable(message));
    response.setHeader('refresh', RETRY_AFTER_SECONDS);
    response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end(`${message}\n`);
  };

/** The answer before there is something to serve. */
export const starting = refuseAll('The console is starting: try again in a few seconds.');

const withoutDatabase = refuseAll('The database is being started again: try again in a few seconds.');

/** Keeps requests from what could only fail while the embedded PostgreSQL is being started again. */
export const whileUp =
  (isUp: () => boolean, listener: RequestListener): RequestListener =>
  (request, response) =>
    (isUp() ? listener : withoutDatabase)(request, response);

function send(response: ServerResponse, { status, body }: HealthAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
