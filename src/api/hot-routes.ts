import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ReportAnswer, type ReportRequest, receiveReports } from '#features/csp/receive/receive-reports.ts';
import type { Config } from '#platform/config.ts';
import { isOwnHost } from '#platform/http/own-host.ts';
import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { shareWithOrigins } from './cors.ts';
import { answerPublish } from './hot-events.ts';
import { announcesKey, carriesKey } from './key-headers.ts';
import { refuseMalformed } from './malformed-requests.ts';
import { refuseRequest } from './refuse-request.ts';

const CSP_REPORT = /^\/api\/csp-report\/?(?:\?(.*))?$/;

/**
 * Answers the routes that machines call most without waking Next, which takes ten times as long, and passes on every
 * other request that is well formed and names this console. The answers are those of Next's routes, for both come from one
 * function. CSP reports come first: under any name, and while PostgreSQL is away.
 */
export function hotRoutes(platform: Platform, otherwise: RequestListener): RequestListener {
  const sendLater = createOutbox();
  const answerOthers = shareWithOrigins(
    refuseMalformed(
      refuseForeignHost(platform.config, (request, response) => {
        if (!answerPublish(platform, request, response)) otherwise(request, response);
      }),
    ),
  );
  return (request, response) => {
    const match = CSP_REPORT.exec(request.url ?? '');
    if (!match) {
      answerOthers(request, response);
      return;
    }
    const body = receiveReports(platform, headOf(request, match[1] ?? ''), (answer) => sendLater(response, answer));
    if (!body) return;
    request.on('data', body.add);
    request.on('end', body.end);
    request.on('close', body.giveUp);
  };
}

function headOf({ method = '', headers }: IncomingMessage, query: string): ReportRequest {
  const forwardedFor = headers['x-forwarded-for'];
  const length = headers['content-length'];
  return {
    method,
    disposition: query === '' ? null : new URLSearchParams(query).get('d'),
    userAgent: headers['user-agent'] ?? '',
    forwardedFor: (Array.isArray(forwardedFor) ? forwardedFor.join(', ') : forwardedFor) ?? null,
    contentLength: length === undefined ? null : Number(length),
  };
}

/**
 * Sends the answers of one turn of the event loop together, at its end: one by one, each wakes whoever waits for it and
 * lets it sleep again, which takes a third of the time of a request.
 */
function createOutbox(): (response: ServerResponse, answer: ReportAnswer) => void {
  let waiting: { response: ServerResponse; answer: ReportAnswer }[] = [];
  const sendAll = () => {
    const answers = waiting;
    waiting = [];
    for (const { response, answer } of answers) send(response, answer);
  };
  return (response, answer) => {
    if (waiting.push({ response, answer }) === 1) setImmediate(sendAll);
  };
}

function send(response: ServerResponse, { status, headers, body }: ReportAnswer): void {
  response.writeHead(status, headers);
  response.end(body === null ? undefined : JSON.stringify(body));
}

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
