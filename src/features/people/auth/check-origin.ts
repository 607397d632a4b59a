import { hostNameOf } from '#core/net/host-name.ts';
import type { Config } from '#platform/config.ts';
import { isAllowedHost } from '#platform/http/own-host.ts';
import type { Caller } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

type OwnAddresses = Pick<Config, 'publicUrl' | 'allowedHosts'>;

/**
 * Refuses a change that a page of another site requested in a signed-in person's name: the cookie alone does not prove
 * that the request came from our page (OWASP, Cross-Site Request Forgery Prevention: Fetch Metadata and Origin).
 * Browsers send at least one of the two headers.
 * @throws Refusal FORBIDDEN
 */
export function checkOrigin(request: Pick<Request, 'method' | 'headers'>, caller: Caller, config: OwnAddresses): void {
  const isPerson = caller.kind === 'user' || (caller.kind === 'nobody' && caller.stranded);
  if (!isPerson || request.method === 'GET' || request.method === 'HEAD') return;
  const { headers } = request;
  if (!headers.has('sec-fetch-site') && !headers.has('origin')) throw fromAnotherSite();
  checkSite(headers, config);
}

/**
 * Refuses a request if one of the browser's two headers says that it came from a page of another site.
 * @throws Refusal FORBIDDEN
 */
export function checkSite(headers: Headers, config: OwnAddresses): void {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw fromAnotherSite();
  if (origin !== null && !isOwn(origin, headers.get('host'), config)) throw fromAnotherSite();
}

/**
 * Without PUBLIC_URL, the scheme is unknown, because a proxy may have terminated TLS. With it, people may still use a name in
 * ALLOWED_HOSTS, but then the page must come from the same host as the request.
 */
function isOwn(origin: string, host: string | null, config: OwnAddresses): boolean {
  const given = URL.parse(origin);
  if (!given || given.origin === config.publicUrl) return given !== null;
  if (given.host !== host?.toLowerCase()) return false;
  return config.publicUrl === undefined || isAllowedHost(hostNameOf(host) ?? '', config);
}

const fromAnotherSite = () =>
  new Refusal(
    'FORBIDDEN',
    'This request came from a page of another site. Open the console itself, or use an API key.',
  );
