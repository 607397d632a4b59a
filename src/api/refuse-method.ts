import { errorBody } from '#platform/http/error-body.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { jsonResponse } from './json-response.ts';

/** A handler that answers 405 in the contract's error body, for the methods that a path does not take. */
export function refuseMethod(...allowed: string[]): (request: Request) => Response {
  return (request) => {
    const { pathname } = new URL(request.url);
    const refusal = new Refusal(
      'METHOD_NOT_ALLOWED',
      `${pathname} accepts ${allowed.join(' and ')}, not ${request.method}.`,
    );
    const { status, body } = errorBody(refusal);
    return jsonResponse(body, status, { allow: allowed.join(', '), 'cache-control': 'no-store' });
  };
}
