import { type AnswerMasker, type KeptBody, keptBody, NO_BODY } from '#core/delivery/kept-answer.ts';
import type { AllowList } from '#core/net/public-address.ts';
import { type SigningKey, signatureHeaders } from '#core/signing/signature.ts';
import { createMaskIn, MASK, maskInBytes, quotedForms } from '#core/text/mask.ts';
import { storable } from '#core/text/storable-text.ts';
import type { FailureSide, OutboundHttp, OutboundResult } from '#platform/outbound/outbound-http.ts';
import { USER_AGENT } from '#platform/version.ts';

/** One request to a receiver. `body` is the event's, to the letter. */
export type Sending = {
  target_url: string;
  /** The newest secret's first. */
  keys: readonly SigningKey[];
  headers: Readonly<Record<string, string>>;
  delivery_id: string;
  event_id: string;
  event_type: string;
  body: string;
  /** 1 for the first. */
  number: number;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** From the time it was due until it started. */
  queueMs: number;
  /** Asked right before the request is written: false gives it up. */
  mayStart?: () => boolean;
};

/** An attempt as the delivery log keeps it: times in milliseconds, JSON as text. */
export type AttemptRecord = KeptBody & {
  started_at: string;
  queue_ms: number;
  dns_ms: number | null;
  connect_ms: number | null;
  tls_ms: number | null;
  first_byte_ms: number | null;
  total_ms: number;
  remote_address: string | null;
  request_headers: string;
  status: number | null;
  response_headers: string | null;
  error_code: string | null;
  error_message: string | null;
};

/** `failed`: the answer is no success, whatever its status says. `side`: whose failure it is, when there is no answer. */
export type Attempted = {
  record: AttemptRecord;
  status: number | null;
  failed: boolean;
  retryAfter: string | null;
  side: FailureSide;
};

const CONNECT_TIMEOUT_MS = 5_000;
/** From the look-up of the name to the end of the body. */
export const TOTAL_TIMEOUT_MS = 15_000;
const READ_BODY_BYTES = 1024 * 1024;
const SHORTEST_CREDENTIAL = 8;

/**
 * Sends a delivery's event once, signed for this attempt. What the receiver does is a result and never an exception.
 */
export async function sendAttempt(outbound: OutboundHttp, allow: AllowList, sending: Sending): Promise<Attempted> {
  const own = headersOf(sending);
  const response = await outbound.send({
    url: sending.target_url,
    method: 'POST',
    headers: { ...sending.headers, ...own },
    body: sending.body,
    allow,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    totalTimeoutMs: TOTAL_TIMEOUT_MS,
    maxBodyBytes: READ_BODY_BYTES,
    ...(sending.mayStart && { mayStart: sending.mayStart }),
  });
  return {
    record: recordOf(sending, response, headersAsJson(sending.headers, own)),
    status: response.status,
    // A success that says more than is read of it is one.
    failed: !response.ok && response.error.code !== 'response_too_large',
    retryAfter: response.headers?.find(([name]) => name === 'retry-after')?.[1] ?? null,
    side: response.ok ? 'there' : response.side,
  };
}

/** An attempt whose request could not be made here, such as one with a header that HTTP does not allow. */
export function neverSent(sending: Sending, cause: unknown): Attempted {
  const why = cause instanceof Error ? cause.message : String(cause);
  const record: AttemptRecord = {
    started_at: new Date(sending.startedAt).toISOString(),
    queue_ms: storableMs(sending.queueMs),
    dns_ms: null,
    connect_ms: null,
    tls_ms: null,
    first_byte_ms: null,
    total_ms: 0,
    remote_address: null,
    request_headers: '{}',
    status: null,
    response_headers: null,
    ...NO_BODY,
    error_code: 'not_sent',
    error_message: storable(`The request could not be built: ${why}`),
  };
  return { record, status: null, failed: true, retryAfter: null, side: 'here' };
}

const headersOf = ({ keys, event_id, event_type, delivery_id, number, startedAt, body }: Sending) => ({
  'Content-Type': 'application/json',
  'User-Agent': USER_AGENT,
  'X-Honeyframe-Event': event_type,
  'X-Honeyframe-Delivery': delivery_id,
  'X-Honeyframe-Attempt': String(number),
  ...signatureHeaders(keys, { id: event_id, timestamp: Math.floor(startedAt / 1000), body }),
});

/** The custom ones with their values masked. Our own values need no escaping. */
function headersAsJson(custom: Sending['headers'], own: Record<string, string>): string {
  let json = '';
  for (const name in custom) if (!Object.hasOwn(own, name)) json += `,${JSON.stringify(name)}:"${MASK}"`;
  for (const name in own) json += `,"${name}":"${own[name]}"`;
  return `{${json.slice(1)}}`;
}

function recordOf(
  { startedAt, queueMs, headers: own }: Sending,
  response: OutboundResult,
  request_headers: string,
): AttemptRecord {
  const { status, headers, body, duration_ms, timings, remote_address } = response;
  const error = response.ok ? null : response.error;
  const mask = maskerOf(own);
  const message = error?.message ?? statusMessage(status);
  return {
    started_at: new Date(startedAt).toISOString(),
    queue_ms: storableMs(queueMs),
    dns_ms: storableOrNull(timings.dns_ms),
    connect_ms: storableOrNull(timings.connect_ms),
    tls_ms: storableOrNull(timings.tls_ms),
    first_byte_ms: storableOrNull(timings.first_byte_ms),
    total_ms: storableMs(duration_ms),
    remote_address,
    request_headers,
    status,
    response_headers: headers ? JSON.stringify(headers.map(([name, value]) => [name, mask.text(value)])) : null,
    ...(headers && body ? keptBody({ headers, body, isCut: !response.ok }, mask) : NO_BODY),
    error_code: error?.code ?? (status !== null && status >= 200 && status < 300 ? null : 'http_error'),
    error_message: message === null ? null : storable(message),
  };
}

/** In words what a status other than 2xx means to a webhook. */
function statusMessage(status: number | null): string | null {
  if (status === null || (status >= 200 && status < 300)) return null;
  if (status >= 300 && status < 400)
    return `The receiver answered ${status}, which is a redirect. Redirects are never followed. Set the webhook’s URL to the address that it leads to.`;
  if (status === 410) return 'The receiver answered 410: it doesn’t want events anymore.';
  if (status === 429) return 'The receiver answered 429: it is receiving too many requests.';
  return `The receiver answered ${status}. Only a 2xx response counts as delivered.`;
}

/** A receiver may quote what it was sent. What is too short to be a credential would be found everywhere. */
function maskerOf(own: Sending['headers']): AnswerMasker {
  const credentials = Object.values(own).filter(({ length }) => length >= SHORTEST_CREDENTIAL);
  if (credentials.length === 0) return { text: (text) => text, bytes: (bytes) => bytes };
  return {
    text: createMaskIn(credentials.flatMap(quotedForms)),
    bytes: (bytes) => maskInBytes(bytes, credentials),
  };
}

const MOST_MS = 2 ** 31 - 1;

/** Whole milliseconds that PostgreSQL's integer holds: more than 24.86 days, as after a long pause, count as these. */
const storableMs = (ms: number): number => (ms > 0 ? Math.min(Math.round(ms), MOST_MS) : 0);
const storableOrNull = (ms: number | null): number | null => (ms === null ? null : storableMs(ms));
