import { clientAddress } from '#core/client-address.ts';
import { receiveReports } from '#features/csp/receive-reports.ts';
import type { Platform } from '#platform/scope.ts';

/** Receives reports from a Fetch request. */
export async function answerReports(platform: Platform, request: Request): Promise<Response> {
  const length = request.headers.get('content-length');
  const { status, headers, body } = await receiveReports(platform, {
    method: request.method,
    disposition: new URL(request.url).searchParams.get('d'),
    userAgent: request.headers.get('user-agent') ?? '',
    address: clientAddress(request.headers.get('x-forwarded-for'), platform.config.trustProxyHops),
    contentLength: length === null ? null : Number(length),
    readBody: (mostBytes) => readBody(request, mostBytes),
  });
  return new Response(body && JSON.stringify(body), { status, headers });
}

async function readBody(request: Request, mostBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > mostBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
