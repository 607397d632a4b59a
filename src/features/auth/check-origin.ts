import type { Caller } from '#platform/procedure.ts';
import { Refusal } from '#platform/refusal.ts';

/**
 * Refuses a change that a page of another site asked for in a signed-in person's name: the cookie alone does not prove
 * that our page was meant (OWASP, Cross-Site Request Forgery Prevention: Fetch Metadata, else Origin).
 * @throws Refusal FORBIDDEN
 */
export function checkOrigin(request: Request, caller: Caller, publicUrl: string | undefined): void {
  if (caller.kind !== 'user' || request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const own = publicUrl ? new URL(publicUrl).host : request.headers.get('host');
  if (origin !== null && URL.parse(origin)?.host === own) return;
  if (origin === null && (site === 'same-origin' || site === 'none')) return;
  throw new Refusal(
    'FORBIDDEN',
    'This request came from a page of another site: open the console itself, or use an API key.',
  );
}
