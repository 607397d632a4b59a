import type { Caller } from '#platform/procedure.ts';
import { Refusal } from '#platform/refusal.ts';

/**
 * Refuses a change that a page of another site asked for in a signed-in person's name: the cookie alone does not prove
 * that our page was meant (OWASP, Cross-Site Request Forgery Prevention: Fetch Metadata and Origin). What the browser
 * says of either must fit, and it must say one of the two.
 * @throws Refusal FORBIDDEN
 */
export function checkOrigin(request: Request, caller: Caller, publicUrl: string | undefined): void {
  if (caller.kind !== 'user' || request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const ownSite = site === null || site === 'same-origin' || site === 'none';
  const ownOrigin = origin === null || isOwn(origin, request.headers.get('host'), publicUrl);
  if (ownSite && ownOrigin && (site ?? origin) !== null) return;
  throw new Refusal(
    'FORBIDDEN',
    'This request came from a page of another site: open the console itself, or use an API key.',
  );
}

/** Without PUBLIC_URL the scheme is not known: a proxy may have ended TLS. */
function isOwn(origin: string, host: string | null, publicUrl: string | undefined): boolean {
  const given = URL.parse(origin);
  return publicUrl ? given?.origin === publicUrl : given?.host === host;
}
