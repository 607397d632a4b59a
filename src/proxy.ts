import { randomBytes } from 'node:crypto';
import { type NextRequest, NextResponse } from 'next/server';
import { type PagePolicy, POLICY_HEADERS, pagePolicy, reportingEndpoints } from '#core/http/page-policy.ts';
import { isDevelopment, loadConfig } from '#platform/config.ts';
import { policyMode } from '#platform/http/page-policy-mode.ts';

let known: (Pick<PagePolicy, 'isHttps' | 'isDevelopment'> & { given: PagePolicy['mode'] | undefined }) | undefined;

function readConfig(): NonNullable<typeof known> {
  const { csp, publicUrl } = loadConfig();
  return { given: csp.mode, isHttps: publicUrl?.startsWith('https:') ?? false, isDevelopment: isDevelopment() };
}

/**
 * Gives every page its content security policy, with a nonce of its own. Next takes the nonce for its scripts out of the
 * request's policy, our layout takes it from `x-nonce`. It is a proxy, and not part of `src/main.ts`, so that the policy also
 * holds under plain `next start`.
 */
export function proxy(request: NextRequest): NextResponse {
  known ??= readConfig();
  const { given, isHttps, isDevelopment: isOfDevelopment } = known;
  const mode = given ?? policyMode() ?? 'report';
  const nonce = randomBytes(16).toString('base64');
  const page = request.nextUrl.pathname === '/api/docs' ? 'api-docs' : 'console';
  const policy = pagePolicy({ mode, isHttps, isDevelopment: isOfDevelopment, nonce, page });
  const headers = new Headers(request.headers);
  for (const name of Object.values(POLICY_HEADERS)) headers.delete(name);
  headers.set(POLICY_HEADERS[mode], policy);
  headers.set('x-nonce', nonce);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set(POLICY_HEADERS[mode], policy);
  if (isHttps) response.headers.set('reporting-endpoints', reportingEndpoints(mode));
  return response;
}

/** The pages, with that of the API; not the API itself, nor files. The build reads this without running it. */
export const config = { matcher: ['/((?!api(?:/|$)|_next/|api-docs/|[^/]+\\.(?:svg|ico)$).*)', '/api/docs'] };
