import type { IncomingMessage, RequestListener } from 'node:http';
import type { Config } from '#platform/config.ts';
import { isOwnHost } from '#platform/own-host.ts';
import { Refusal } from '#platform/refusal.ts';
import { announcesKey, carriesKey } from './key-headers.ts';
import { refuseRequest } from './refuse-request.ts';

/** What proves by itself who calls, or tells nothing: probes reach it by a pod's address. */
const OPEN_TO_ANY_HOST = /^\/api\/(?:health\/(?:live|ready)|metrics|csp-report|twilio\/status\/[\w-]+)$/;

/**
 * Refuses requests to a name that is not this console's wherever authority is ambient: pages, cookies, sign-in, set-up and
 * local mode. A call with an API key is answered under any name, for it never falls back to a cookie. It reads a path that
 * was normalized.
 */
export function refuseForeignHost(config: Config, otherwise: RequestListener): RequestListener {
  return (request, response) => {
    believeProxy(request, config);
    // The target of the absolute form may differ from the header: a foreign one of the two counts.
    const named = [request.headers.host, ...(request.headersDistinct.host ?? [])];
    const foreign = named.filter((host) => !isOwnHost(host, config, request.socket.localAddress));
    if (foreign[0] !== undefined) setHost(request, foreign[0]);
    if (foreign.length === 0 || !needsOwnHost(request)) otherwise(request, response);
    else refuseRequest(request, response, foreignHost(foreign[0]));
  };
}

/** From here on there is one Host: the one that the nearest proxy was asked for, where proxies are believed. */
function believeProxy(request: IncomingMessage, { trustProxyHops }: Config): void {
  const forwarded = [request.headers['x-forwarded-host']].flat().join(',').split(',').at(-1)?.trim();
  if (forwarded && trustProxyHops > 0) setHost(request, forwarded);
  delete request.headers['x-forwarded-host'];
  delete request.headersDistinct['x-forwarded-host'];
}

/** Both forms in which handlers read it. */
function setHost(request: IncomingMessage, host: string): void {
  request.headers.host = host;
  request.headersDistinct.host = [host];
}

function needsOwnHost({ url = '', method, headers }: IncomingMessage): boolean {
  const path = decodeURIComponent(url.split('?', 1)[0] ?? '');
  if (OPEN_TO_ANY_HOST.test(path)) return false;
  // Pages and sign-in look at the cookie alone, whatever key comes beside it.
  if (!path.startsWith('/api/') || /^\/api\/auth(\/|$)/.test(path)) return true;
  return !carriesKey(headers) && !(method === 'OPTIONS' && announcesKey(headers));
}

const foreignHost = (host: string | undefined) =>
  new Refusal(
    'FORBIDDEN',
    `This console does not answer to the host ${JSON.stringify(host?.slice(0, 255) ?? '')}. Use the address in PUBLIC_URL, or add the host to ALLOWED_HOSTS and restart the console.`,
  );
