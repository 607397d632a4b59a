import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ReportAnswer, type ReportRequest, receiveReports } from '#features/csp/receive-reports.ts';
import type { Platform } from '#platform/scope.ts';
import { shareWithOrigins } from './cors.ts';
import { answerPublish } from './hot-events.ts';
import { refuseMalformed } from './malformed-requests.ts';
import { refuseForeignHost } from './refuse-foreign-host.ts';

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
