import { type ReportAnswer, receiveReports } from '#features/csp/receive/receive-reports.ts';
import type { Platform } from '#platform/scope.ts';

/** Receives reports from a Fetch request. */
export async function answerReports(platform: Platform, request: Request): Promise<Response> {
  const { status, headers, body } = await answerOf(platform, request);
  return new Response(body && JSON.stringify(body), { status, headers });
}

async function answerOf(platform: Platform, request: Request): Promise<ReportAnswer> {
  const length = request.headers.get('content-length');
  const head = {
    method: request.method,
    disposition: new URL(request.url).searchParams.get('d'),
    userAgent: request.headers.get('user-agent') ?? '',
    forwardedFor: request.headers.get('x-forwarded-for'),
    contentLength: length === null ? null : Number(length),
  };
  const answered = Promise.withResolvers<ReportAnswer>();
  const body = receiveReports(platform, head, answered.resolve);
  if (body) void readInto(body, request).catch(answered.reject);
  return answered.promise;
}

async function readInto(body: NonNullable<ReturnType<typeof receiveReports>>, request: Request): Promise<void> {
  try {
    for await (const piece of request.body ?? []) body.add(piece);
    body.end();
  } catch (error) {
    body.giveUp();
    throw error;
  }
}
