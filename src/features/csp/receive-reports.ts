import { dispositionOf, parseReports } from '#core/csp-report.ts';
import type { ErrorBody } from '#platform/error-body.ts';
import type { Platform } from '#platform/scope.ts';
import { createReportLimit, type ReportLimit } from './limit-reports.ts';
import { createReportStream, type ReportStream } from './report-stream.ts';

/** A request with reports, whatever server it came to. */
export type ReportRequest = {
  method: string;
  /** The query's `d`: what the policy's own report address says of its disposition. */
  disposition: string | null;
  /** `''` when the request names none. */
  userAgent: string;
  /** As `clientAddress` finds it. */
  address: string | null;
  /** What the header says, null without. */
  contentLength: number | null;
  /** Reads the body. @returns null as soon as it is longer than this. */
  readBody(mostBytes: number): Promise<Uint8Array | null>;
};

export type ReportAnswer = {
  status: 204 | 400 | 405 | 413 | 429;
  headers: Readonly<Record<string, string>>;
  body: ErrorBody | null;
};

const MOST_BODY_BYTES = 1024 * 1024;

/**
 * Receives what browsers report, writes it to the log stream and nowhere else. Nobody signs in, and nothing in a body
 * makes it fail: 204 when anything was taken, else the contract's refusals. It never answers 410, which makes a
 * browser forget the endpoint for good (Reporting API §4.2), and never redirects.
 */
export async function receiveReports(platform: Platform, request: ReportRequest): Promise<ReportAnswer> {
  if (request.method === 'OPTIONS') return PREFLIGHT;
  if (request.method !== 'POST') return NOT_ALLOWED;
  const { stream, limit } = receiverOf(platform);
  const waitSeconds = await limit.take(request.address);
  if (waitSeconds !== null) return tooMany(waitSeconds);
  if ((request.contentLength ?? 0) > MOST_BODY_BYTES) return TOO_LARGE;
  const body = await request.readBody(MOST_BODY_BYTES);
  if (body === null) return TOO_LARGE;

  const receivedAt = Date.now();
  const { reports, rejected, notJson } = parseReports(body);
  const { userAgent, disposition } = request;
  const context = { userAgent, disposition: dispositionOf(disposition) };
  for (const report of reports) stream.add(report, context, receivedAt);
  limit.takeMore(request.address, reports.length + rejected - 1);
  if (rejected > 0 || reports.length === 0) {
    const reason = notJson ? 'not JSON' : 'no report';
    stream.addMalformed(body, { reason, entries: rejected, userAgent }, receivedAt);
  }
  if (reports.length > 0) return TAKEN;
  return notJson ? NOT_JSON : NO_REPORT;
}

const made = new WeakMap<Platform, { stream: ReportStream; limit: ReportLimit }>();

function receiverOf(platform: Platform) {
  const known = made.get(platform);
  if (known) return known;
  const receiver = {
    stream: createReportStream(platform.cspLog),
    limit: createReportLimit(platform.config.csp.rateLimit),
  };
  made.set(platform, receiver);
  return receiver;
}

/** Pages of any site may report here, also those that demand it of what they load. */
const EVERY_ANSWER = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'no-store',
};

const TAKEN: ReportAnswer = { status: 204, headers: EVERY_ANSWER, body: null };

const PREFLIGHT: ReportAnswer = {
  status: 204,
  headers: {
    ...EVERY_ANSWER,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '86400',
  },
  body: null,
};

function refusal(
  status: ReportAnswer['status'],
  code: ErrorBody['code'],
  message: string,
  headers: Record<string, string> = {},
): ReportAnswer {
  return {
    status,
    headers: { ...EVERY_ANSWER, 'content-type': 'application/json', ...headers },
    body: { code, message, issues: [] },
  };
}

const NOT_ALLOWED = refusal(405, 'METHOD_NOT_ALLOWED', 'Reports are sent here by POST.', {
  allow: 'POST, OPTIONS',
});
const TOO_LARGE = refusal(413, 'PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB: send fewer reports at once.');
const NOT_JSON = refusal(400, 'VALIDATION', 'The body is not JSON: send a report as browsers do.');
const NO_REPORT = refusal(
  400,
  'VALIDATION',
  'The body is JSON, but holds no report: send {"csp-report": {…}}, or a list of {"type", "url", "body"}.',
);
const tooMany = (seconds: number) =>
  refusal(429, 'RATE_LIMITED', `Too many reports from this address. Try again in ${seconds} seconds.`, {
    'retry-after': String(seconds),
  });
