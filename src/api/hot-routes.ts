import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { clientAddress } from '#core/client-address.ts';
import { type ReportAnswer, receiveReports } from '#features/csp/receive-reports.ts';
import type { Platform } from '#platform/scope.ts';

const CSP_REPORT = /^\/api\/csp-report\/?(?:\?(.*))?$/;

/**
 * Answers the routes that machines call most without waking Next, which takes ten times as long, and passes on every
 * other request. The answers are those of Next's routes, for both come from one function.
 */
export function hotRoutes(platform: Platform, otherwise: RequestListener): RequestListener {
  return (request, response) => {
    const match = CSP_REPORT.exec(request.url ?? '');
    if (!match) return otherwise(request, response);
    answerReports(platform, request, match[1] ?? '').then(
      (answer) => send(response, answer),
      // Whoever sent it has gone in the middle of the body.
      () => response.destroy(),
    );
  };
}

function answerReports(platform: Platform, request: IncomingMessage, query: string): Promise<ReportAnswer> {
  const { headers } = request;
  return receiveReports(platform, {
    method: request.method ?? '',
    disposition: query === '' ? null : new URLSearchParams(query).get('d'),
    userAgent: headers['user-agent'] ?? '',
    address: clientAddress(forwardedFor(request), platform.config.trustProxyHops),
    contentLength: headers['content-length'] === undefined ? null : Number(headers['content-length']),
    readBody: (mostBytes) => readBody(request, mostBytes),
  });
}

const forwardedFor = ({ headers }: IncomingMessage): string | null => {
  const given = headers['x-forwarded-for'];
  return (Array.isArray(given) ? given.join(', ') : given) ?? null;
};

function readBody(request: IncomingMessage, mostBytes: number): Promise<Uint8Array | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | null>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= mostBytes) chunks.push(chunk);
    else {
      // The rest is read and let go: who still sends would not hear an answer otherwise.
      chunks.length = 0;
      resolve(null);
    }
  });
  request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  request.once('error', reject);
  request.once('close', () => reject(new Error('The request was given up.')));
  return promise;
}

function send(response: ServerResponse, { status, headers, body }: ReportAnswer): void {
  response.writeHead(status, headers);
  response.end(body === null ? undefined : JSON.stringify(body));
}
