import { dispositionOf } from '#core/csp/report/report.ts';
import { type Added, createReportStream, type ReportStream } from '#features/csp/live/report-stream.ts';
import { followOwnNoiseRules } from '#features/csp/noise/follow-noise-rules.ts';
import { definePart } from '#platform/define-part.ts';
import type { ErrorBody } from '#platform/http/error-body.ts';
import type { Platform } from '#platform/scope.ts';
import { type BodyBuffers, createBodyBuffers } from './body-buffers.ts';
import { type BodyQueue, createBodyQueue, finish, isSmallBody } from './body-queue.ts';
import { type Client, createReportLimit, type ReportLimit } from './limit-reports.ts';

/** A request with reports, whatever server it came to, as far as its head says. */
export type ReportRequest = {
  method: string;
  /** The query's `d`: what the policy's own report address says of its disposition. */
  disposition: string | null;
  /** `''` when the request names none. */
  userAgent: string;
  /** `X-Forwarded-For` with the socket's address appended. */
  forwardedFor: string | null;
  /** What the header says, null without. */
  contentLength: number | null;
};

/** Takes a request's body. What comes after the answer is let go. */
export type ReportBody = {
  add: (piece: Uint8Array) => void;
  end: () => void;
  /** The rest will not come. */
  giveUp: () => void;
};

export type ReportAnswer = {
  status: 204 | 400 | 405 | 413 | 429;
  headers: Readonly<Record<string, string>>;
  body: ErrorBody | null;
};

const MOST_BODY_BYTES = 1024 * 1024;
/** Of large bodies that came and wait for their turn. */
const MOST_BYTES_OF_WAITING = 16 * 1024 * 1024;
/** Of all bodies that are on their way. */
const MOST_BYTES_OF_BODIES = 64 * 1024 * 1024;

/**
 * Receives what browsers report, writes it to the log stream and nowhere else. Nobody signs in, and nothing in a body
 * makes it fail: 204 when anything was taken, else the contract's refusals. It never answers 410, which makes a
 * browser forget the endpoint for good (Reporting API §4.2), and never redirects.
 * @param answer is called once, perhaps at once; after a large body, when all of it was worked on in slices between
 * other requests; and never when the body is given up.
 * @returns what takes the body, or null when the answer does not depend on it.
 */
export function receiveReports(
  platform: Platform,
  request: ReportRequest,
  answer: (answer: ReportAnswer) => void,
): ReportBody | null {
  const refuse = (refusal: ReportAnswer) => {
    answer(refusal);
    return null;
  };
  if (request.method === 'OPTIONS') return refuse(PREFLIGHT);
  if (request.method !== 'POST') return refuse(NOT_ALLOWED);
  const receiver = receiverOf(platform);
  const client = receiver.limit.clientOf(request.forwardedFor);
  const waitSeconds = receiver.limit.take(client, 1, Date.now());
  if (waitSeconds > 0) return refuse(tooMany(waitSeconds));
  if ((request.contentLength ?? 0) > MOST_BODY_BYTES) return refuse(TOO_LARGE);

  let isAnswered = false;
  let isWhole = false;
  const end = (last: ReportAnswer) => {
    if (isAnswered) return;
    isAnswered = true;
    answer(last);
  };
  const body = receiver.bodies.open(() => end(NO_ROOM));
  return {
    add(piece) {
      if (!body.add(piece)) end(TOO_LARGE);
    },
    end() {
      if (isAnswered) return;
      isWhole = true;
      takeReports(receiver, request, client, body.take(), end);
    },
    giveUp() {
      if (isWhole) return;
      isAnswered = true;
      body.drop();
    },
  };
}

function takeReports(
  { stream, limit, queue }: Receiver,
  { userAgent, disposition }: ReportRequest,
  client: Client,
  body: Uint8Array,
  answer: (answer: ReportAnswer) => void,
): void {
  const receivedAt = Date.now();
  const start = () => stream.addBody(body, { userAgent, disposition: dispositionOf(disposition) }, receivedAt);
  const done = ({ reports, rejected, notJson }: Added): void => {
    limit.take(client, Math.max(0, reports + rejected - 1), receivedAt);
    if (rejected > 0 || reports === 0) {
      const reason = notJson ? 'not JSON' : 'no report';
      stream.addMalformed(body, { reason, entries: rejected, userAgent }, receivedAt);
    }
    answer(reports > 0 ? TAKEN : notJson ? NOT_JSON : NO_REPORT);
  };
  if (isSmallBody(body)) done(finish(start()));
  else if (!queue.add(client.network, body, start, done)) answer(NO_ROOM);
}

type Receiver = { stream: ReportStream; limit: ReportLimit; bodies: BodyBuffers; queue: BodyQueue };

const receiverOf = definePart('receiver of CSP reports', (platform): Receiver => {
  const { csp, trustProxyHops } = platform.config;
  const receiver = {
    stream: createReportStream(platform.cspLog),
    limit: createReportLimit(csp.rateLimit, trustProxyHops),
    bodies: createBodyBuffers(MOST_BODY_BYTES, MOST_BYTES_OF_BODIES),
    queue: createBodyQueue(MOST_BYTES_OF_WAITING),
  };
  platform.cspLog.beforeClose(() => receiver.queue.clear());
  followOwnNoiseRules(platform, (rules) => receiver.stream.useOwnRules(rules));
  return receiver;
});

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

const NOT_ALLOWED = refusal(405, 'METHOD_NOT_ALLOWED', 'Send reports to this address with POST.', {
  allow: 'POST, OPTIONS',
});
const TOO_LARGE = refusal(413, 'PAYLOAD_TOO_LARGE', 'The body is larger than 1 MiB. Send fewer reports at once.');
const NOT_JSON = refusal(
  400,
  'VALIDATION',
  'The body is not JSON. Send a report in one of the formats that browsers use.',
);
const NO_REPORT = refusal(
  400,
  'VALIDATION',
  'The body is JSON, but contains no report. Send {"csp-report": {…}} or a list of {"type", "url", "body"}.',
);
const tooMany = (seconds: number) =>
  refusal(429, 'RATE_LIMITED', `Too many reports from this address. Try again in ${seconds} seconds.`, {
    'retry-after': String(seconds),
  });
const NO_ROOM = refusal(
  429,
  'RATE_LIMITED',
  'Too many reports are being received at the same time. Try again in 5 seconds.',
  {
    'retry-after': '5',
  },
);
