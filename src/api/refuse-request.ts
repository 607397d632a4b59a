import type { IncomingMessage, ServerResponse } from 'node:http';
import { NO_PAGE_POLICY } from '#core/http/security-headers.ts';
import { errorBody } from '#platform/http/error-body.ts';
import type { Refusal } from '#platform/trpc/refusal.ts';

/** Answers a request that gets no further: programs with the contract's error body, people with its sentence. */
export function refuseRequest(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const { status, body } = errorBody(refusal);
  const isPage =
    !/^(https?:\/\/[^/]*)?\/api(\/|$)/i.test(request.url ?? '') && request.headers.accept?.includes('text/html');
  response.writeHead(status, {
    'content-type': isPage ? 'text/plain; charset=utf-8' : 'application/json',
    'cache-control': 'no-store',
    'content-security-policy': NO_PAGE_POLICY,
  });
  response.end(isPage ? `${body.message}\n` : JSON.stringify(body));
}
