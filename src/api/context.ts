import { z } from 'zod';
import { clientAddress } from '#core/net/client-address.ts';
import { authenticate } from '#features/people/auth/authenticate.ts';
import { checkOrigin } from '#features/people/auth/check-origin.ts';
import type { Asked } from '#platform/log-files/failure-log.ts';
import type { Platform } from '#platform/scope.ts';
import type { CallContext } from '#platform/trpc/procedure.ts';
import { declaredProcedures } from './rest-routes.ts';

const WITHOUT_INPUT = new Set(
  declaredProcedures
    .filter(({ inputs }) => inputs.every((input) => input instanceof z.ZodVoid))
    .map(({ procedure }) => procedure),
);

/**
 * What a request's procedures work in.
 * @throws Refusal for a bad API key, and for a change that another site's page asked for.
 */
export async function createContext(
  platform: Platform,
  request: Pick<Request, 'method' | 'headers' | 'url'>,
): Promise<CallContext> {
  const caller = await authenticate(platform, request.headers);
  checkOrigin(request, caller, platform.config);
  return {
    platform,
    caller,
    ...originOf(platform, request.headers),
    asked: askedOf(request),
    takes_input: (path) => !WITHOUT_INPUT.has(path),
    reauthenticate: () => authenticate(platform, request.headers),
  };
}

/** What a request asked for, without its query. */
export const askedOf = ({ method, url }: Pick<Request, 'method' | 'url'>): Asked => ({
  method,
  path: url.replace(/^https?:\/\/[^/]*/, '').split('?', 1)[0] ?? '',
});

/** Where a request came from, for the audit log and for local mode. */
export function originOf({ config }: Platform, headers: Headers): Pick<CallContext, 'ip' | 'user_agent' | 'host'> {
  return {
    ip: clientAddress(headers.get('x-forwarded-for'), config.trustProxyHops),
    user_agent: headers.get('user-agent')?.slice(0, 500) ?? null,
    host: headers.get('host'),
  };
}
