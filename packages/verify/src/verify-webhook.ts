import type { EventDataByType } from './event-types.ts';
import { expectedSignatures, includesSignature } from './signatures.ts';

export type { EventDataByType } from './event-types.ts';

/**
 * What a webhook carries: `type` decides the shape of `data`. Name your organization's own event types with the
 * parameter: `WebhookEvent<{ 'invoice.paid': { invoice_id: string } }>`.
 */
export type WebhookEvent<Own extends object = object> = {
  [Type in keyof (EventDataByType & Own)]: {
    /** The event's id, the same in every attempt: deduplicate by it. */
    id: string;
    type: Type;
    /** When the event occurred, RFC 3339 in UTC. */
    timestamp: string;
    data: (EventDataByType & Own)[Type];
  };
}[keyof (EventDataByType & Own)];

/** Why a request was refused. Only `missing_header` and `malformed` can be the fault of a receiver's own set-up. */
export type RefusalCode = 'missing_header' | 'wrong_signature' | 'too_old' | 'malformed';

export type Refusal = {
  code: RefusalCode;
  /** What happened and what to check, without the secret or a signature. */
  message: string;
};

export type Verification<Own extends object = object> =
  | { ok: true; event: WebhookEvent<Own> }
  | { ok: false; error: Refusal };

/** Headers as `fetch`, Node, or API Gateway give them. Names are compared without regard to case. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export type VerifyOptions = {
  /** The webhook's secret, or several: during a rotation the new and the old one. */
  secrets: string | readonly string[];
  /** How far `webhook-timestamp` may be from now, in seconds, into the past and the future. 300 by default. */
  toleranceSeconds?: number;
  /**
   * Whether a request must have the signature that covers a time, `webhook-signature`. True by default. False accepts
   * `X-Honeyframe-Signature` alone, which cannot be too old: whoever recorded a request can send it again at any time.
   */
  requireTimestamp?: boolean;
};

export type VerifyInput = VerifyOptions & {
  /** The request's body as it arrived. A body that was parsed and encoded again has other bytes. */
  body: string | Uint8Array | ArrayBuffer;
  headers: WebhookHeaders;
  /** The time to compare with, in milliseconds. The clock by default. */
  now?: number;
};

const DEFAULT_TOLERANCE_SECONDS = 300;

/**
 * Verifies a request of Honeyframe and returns its event.
 *
 * `webhook-signature` (Standard Webhooks 1.0) must be right and its `webhook-timestamp` within the tolerance. If
 * `X-Honeyframe-Signature` is present, it must be right too; with `requireTimestamp: false` it is enough alone.
 * @returns the event, or why the request was refused. It throws a TypeError only for options that can verify nothing.
 */
export async function verifyWebhook<Own extends object = object>(input: VerifyInput): Promise<Verification<Own>> {
  const { secrets, toleranceSeconds, requireTimestamp, now } = checkedOptions(input);
  const body = bytesOf(input.body);
  const id = headerOf(input.headers, 'webhook-id');
  const timestamp = headerOf(input.headers, 'webhook-timestamp');
  const standard = headerOf(input.headers, 'webhook-signature');
  const bodySignature = headerOf(input.headers, 'x-honeyframe-signature');

  if (standard === undefined && bodySignature === undefined) {
    return refuse('missing_header', 'The request has neither webhook-signature nor X-Honeyframe-Signature.');
  }
  if (standard === undefined && requireTimestamp) {
    return refuse(
      'missing_header',
      'The request has no webhook-signature. Set requireTimestamp to false to accept X-Honeyframe-Signature alone.',
    );
  }
  if (standard !== undefined) {
    if (id === undefined) return refuse('missing_header', 'The request has no webhook-id.');
    if (timestamp === undefined) return refuse('missing_header', 'The request has no webhook-timestamp.');
    if (!/^\d{1,15}$/.test(timestamp))
      return refuse('malformed', 'webhook-timestamp must be a whole number of seconds.');
  }

  const signed = { id: id ?? '', timestamp: timestamp ?? '', body };
  // Every secret is tried, so that the time does not tell which one was right.
  const expected = await Promise.all(secrets.map((secret) => expectedSignatures(secret, signed)));
  const isSigned = (header: string, separator: string, scheme: 'standard' | 'body') => {
    const candidates = header.split(separator);
    return expected.map((one) => includesSignature(candidates, one[scheme])).includes(true);
  };
  const isRight =
    (standard === undefined || isSigned(standard, ' ', 'standard')) &&
    (bodySignature === undefined || isSigned(bodySignature, ',', 'body'));
  if (!isRight) {
    return refuse(
      'wrong_signature',
      'No secret gives the signature of this request. Check the secret, and that the body is the raw bytes.',
    );
  }
  if (standard !== undefined && Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) {
    return refuse(
      'too_old',
      `webhook-timestamp is more than ${toleranceSeconds} seconds from now. Check this machine’s clock.`,
    );
  }
  return readEvent(body, id);
}

function checkedOptions({
  secrets,
  toleranceSeconds = DEFAULT_TOLERANCE_SECONDS,
  requireTimestamp = true,
  now = Date.now(),
}: VerifyInput) {
  const list = typeof secrets === 'string' ? [secrets] : secrets;
  if (!Array.isArray(list) || list.length === 0 || list.some((one) => typeof one !== 'string' || one === '')) {
    throw new TypeError('`secrets` must be a secret or a list of them, none of them empty.');
  }
  // Every comparison with NaN is false, which would accept any age.
  if (!(toleranceSeconds >= 0)) throw new TypeError('`toleranceSeconds` must be a number of at least 0.');
  return { secrets: list as readonly string[], toleranceSeconds, requireTimestamp, now };
}

function readEvent<Own extends object>(body: Uint8Array, id: string | undefined): Verification<Own> {
  let event: unknown;
  try {
    event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return refuse('malformed', 'The body is not JSON.');
  }
  if (!isEvent(event)) return refuse('malformed', 'The body is not an event with id, type, timestamp, and data.');
  if (id !== undefined && event.id !== id) return refuse('malformed', 'webhook-id is not the id of the event.');
  return { ok: true, event: event as WebhookEvent<Own> };
}

function isEvent(value: unknown): value is { id: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type, timestamp, data } = value as Record<string, unknown>;
  return [id, type, timestamp].every((text) => typeof text === 'string') && data !== undefined;
}

/** A header's value; several of one name are joined as HTTP does. */
function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  if (typeof (headers as Headers).get === 'function') return (headers as Headers).get(name) ?? undefined;
  for (const [key, value] of Object.entries(headers as Record<string, string | readonly string[] | undefined>)) {
    if (key.toLowerCase() === name && value !== undefined) return typeof value === 'string' ? value : value.join(',');
  }
  return undefined;
}

function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return Uint8Array.from(body);
  if (Object.prototype.toString.call(body) === '[object ArrayBuffer]') return new Uint8Array(body as ArrayBuffer);
  throw new TypeError(
    '`body` must be the raw body, a string or bytes. A parsed body cannot be verified: read it before a JSON parser does.',
  );
}

const refuse = (code: RefusalCode, message: string): { ok: false; error: Refusal } => ({
  ok: false,
  error: { code, message },
});
