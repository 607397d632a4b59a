import { type NextRequest, NextResponse } from 'next/server';
import { POLICY_HEADERS } from '#core/http/page-policy.ts';
import { type Config, loadConfig } from '#platform/config.ts';
import { newPagePolicy } from '#platform/http/page-policy-mode.ts';

let known: Config | undefined;

/**
 * Gives every page its content security policy, with a nonce of its own. Next takes the nonce for its scripts out of the
 * request's policy, our layout takes it from `x-nonce`. It is a proxy, and not part of `src/main.ts`, so that the policy also
 * holds under plain `next start`.
 */
export function proxy(request: NextRequest): NextResponse {
  known ??= loadConfig();
  const { nonce, headers: given } = newPagePolicy(known, 'console');
  const headers = new Headers(request.headers);
  for (const name of Object.values(POLICY_HEADERS)) {
    headers.delete(name);
    if (given[name]) headers.set(name, given[name]);
  }
  headers.set('x-nonce', nonce);
  const response = NextResponse.next({ request: { headers } });
  for (const [name, value] of Object.entries(given)) response.headers.set(name, value);
  return response;
}

/** The pages; not the API, nor files. The build reads this without running it. */
export const config = { matcher: ['/((?!api(?:/|$)|_next/|api-docs/|[^/]+\\.(?:svg|ico)$).*)'] };
