import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type HealthAnswer, live, unavailable } from './health.ts';

const STARTING = 'The console is starting. Try again in a few seconds.';
const RETRY_AFTER_SECONDS = 2;

/** Answers before there is something to serve. */
export const answerWhileStarting: RequestListener = (request, response) => {
  const path = request.url?.split('?', 1)[0];
  if (path === '/api/health/live') send(response, live());
  else refuseUnavailable(request, response, STARTING);
};

/** Answers 503: a program with the contract's error body, a browser with a page that asks again by itself. */
export function refuseUnavailable(request: IncomingMessage, response: ServerResponse, message: string): void {
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

const STYLE = `:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#faf9f7;color:#1d1a16;font:14px/1.55 Inter,system-ui,sans-serif}
main{max-width:26rem;padding:2rem}
svg{display:block;margin-bottom:1.25rem}
h1{margin:0 0 .5rem;font-size:1.25rem;line-height:1.3;font-weight:600}
p{margin:0 0 .75rem;color:#6a645a}
@media (prefers-color-scheme:dark){body{background:#161513;color:#ece8e1}p{color:#a8a195}}`;

const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="40" height="40" aria-hidden="true" fill="none"><path d="M32 7 53.65 19.5v25L32 57 10.35 44.5v-25Z" fill="#f5b02a" stroke="#f5b02a" stroke-width="7" stroke-linejoin="round"/><circle cx="32" cy="32" r="4.5" fill="#2b1d00"/><g stroke="#2b1d00" stroke-width="4" stroke-linecap="round"><path d="M39.66 25.57a10 10 0 0 1 0 12.86M24.34 25.57a10 10 0 0 0 0 12.86"/><path d="M46.02 20.23a18.3 18.3 0 0 1 0 23.54M17.98 20.23a18.3 18.3 0 0 0 0 23.54"/></g></svg>';

/**
 * What a browser shows while pages cannot be rendered. It needs nothing that could be missing then: no script, no font,
 * no database.
 */
const unavailablePage = (message: string, retryAfterSeconds: number) => ({
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  },
  body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Unavailable · Honeyframe</title><style>${STYLE}</style></head>
<body><main>${MARK}<h1>The console is unavailable</h1><p>${message}</p><p>This page reloads every ${retryAfterSeconds} seconds.</p></main></body>
</html>
`,
});
