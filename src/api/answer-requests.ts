import type { IncomingMessage, RequestListener } from 'node:http';
import type { Config } from '#platform/config.ts';
import { fetchListener } from '#platform/fetch-listener.ts';
import { compressAnswers } from '#platform/http/compress.ts';
import { endEventStreams } from '#platform/http/event-streams.ts';
import { isOwnHost } from '#platform/http/own-host.ts';
import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { shareWithOrigins } from './cors.ts';
import { createReachability, watchProblem } from './health.ts';
import { answerApi, directListeners, isApiPath, pathOf, worksWithoutDatabase } from './http.ts';
import { announcesKey, carriesKey } from './key-headers.ts';
import { isHost, refuseMalformed } from './malformed-requests.ts';
import { refuseRequest } from './refuse-request.ts';
import { refuseUnavailable } from './while-unavailable.ts';

const DATABASE_IS_BACK_SOON = 'The database is restarting. Try again in a few seconds.';
const DATABASE_IS_AWAY = 'The database is not responding. Try again in a moment.';

type Behind = {
  /** Next, for everything but the API. */
  pages: RequestListener;
  /** False while the embedded PostgreSQL is being started again. */
  isUp: () => boolean;
  /** Aborts when the console ends: event streams end then. */
  ending: AbortSignal;
};

/**
 * What our own server does with a request, in this order: CSP reports go to their listener, under any name and while
 * PostgreSQL is away; a request that is malformed, or to a name that is not this console's, is refused; the API is answered
 * from its one table; pages are rendered by Next. What could only fail is told to come again: everything that needs the
 * embedded PostgreSQL while it is being started again, and pages while any PostgreSQL is away, for which Next has nothing
 * but an error of its own.
 */
export function answerRequests(platform: Platform, { pages, isUp, ending }: Behind): RequestListener {
  watchProblem(platform, () => (isUp() ? null : DATABASE_IS_BACK_SOON));
  const reachability = createReachability(platform.pool);
  const directListener = directListeners(platform);
  const answerFromTable = compressAnswers(
    fetchListener(
      (request) => answerApi(platform, request),
      (error) => platform.failures.note(error, {}, 'A response was interrupted'),
    ),
  );
  const answerAdmitted: RequestListener = (request, response) => {
    const path = pathOf(request.url ?? '');
    const isApi = isApiPath(path);
    if (!isUp() && !(isApi && worksWithoutDatabase(path))) refuseUnavailable(request, response, DATABASE_IS_BACK_SOON);
    else if (isApi) answerFromTable(request, response);
    else if ((request.method === 'GET' || request.method === 'HEAD') && needsDatabase(path))
      void reachability().then(({ status }) =>
        status === 200 ? pages(request, response) : refuseUnavailable(request, response, DATABASE_IS_AWAY),
      );
    else pages(request, response);
  };
  const answerOthers = shareWithOrigins(
    refuseMalformed(refuseForeignHost(platform.config, endEventStreams(answerAdmitted, ending))),
  );
  return (request, response) => (directListener(request.url ?? '') ?? answerOthers)(request, response);
}

/** What Next renders with the database: not a file. */
const needsDatabase = (path: string): boolean =>
  !/^\/(_next|api-docs)(\/|$)/.test(path) && !/^\/[^/]+\.(svg|ico|txt)$/.test(path);

/** What proves by itself who calls, or tells nothing: probes reach it by a pod's address. */
const OPEN_TO_ANY_HOST = /^\/api\/(?:health\/(?:live|ready)|metrics|csp-report|twilio\/status\/[\w-]+)$/;

/**
 * Refuses requests to a name that is not this console's wherever authority is ambient: pages, cookies, sign-in, set-up and
 * local mode. A call with an API key is answered under any name, for it never falls back to a cookie. It reads a path that
 * was normalized.
 */
function refuseForeignHost(config: Config, otherwise: RequestListener): RequestListener {
  return (request, response) => {
    believeProxy(request, config);
    if (!isHost(request.headers.host)) {
      refuseRequest(request, response, UNREADABLE_FORWARDED_HOST);
      return;
    }
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

const UNREADABLE_FORWARDED_HOST = new Refusal(
  'VALIDATION',
  'The X-Forwarded-Host header is not a host name or address. Check the proxy in front of this console.',
);

const foreignHost = (host: string | undefined) =>
  new Refusal(
    'FORBIDDEN',
    `This console does not answer to the host ${JSON.stringify(host?.slice(0, 255) ?? '')}. Use the address in PUBLIC_URL, or add the host to ALLOWED_HOSTS and restart the console.`,
  );
