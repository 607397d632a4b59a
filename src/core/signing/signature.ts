import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** One request to a subscriber: what both signatures are made of. */
export type SignedMessage = {
  /** The event's id, which is the same in every attempt. */
  id: string;
  /** Unix seconds of this attempt. */
  timestamp: number;
  /** The bytes of the request's body, as they are sent. */
  body: string | Uint8Array;
};

/** A secret, made ready once for many requests: taking a secret in costs several times what a digest does. */
export type SigningKey = { body: KeyObject; standard: KeyObject };

/** How far a receiver's clock may be from ours (Standard Webhooks recommends five minutes). */
export const TIMESTAMP_TOLERANCE_SECONDS = 300;

const STANDARD_PREFIX = 'whsec_';

/** A secret as both schemes take it. What follows `whsec_` is base64 to the standard; all else is its own UTF-8 bytes. */
export const signingKey = (secret: string): SigningKey => ({
  body: createSecretKey(secret, 'utf8'),
  standard: secret.startsWith(STANDARD_PREFIX)
    ? createSecretKey(secret.slice(STANDARD_PREFIX.length), 'base64')
    : createSecretKey(secret, 'utf8'),
});

/** The body alone: lowercase hex HMAC-SHA256, keyed with the secret's UTF-8 bytes. */
const bodyDigest = (key: SigningKey, body: string | Uint8Array): string =>
  createHmac('sha256', key.body).update(body).digest('hex');

/** `v1,<base64>` of `id.timestamp.body` (Standard Webhooks 1.0, "Signature scheme"). */
function standardDigest(key: SigningKey, { id, timestamp, body }: SignedMessage): string {
  const digest = createHmac('sha256', key.standard).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return `v1,${digest}`;
}

/**
 * The headers that sign a request, by our own scheme and by that of Standard Webhooks.
 * @param keys the newest secret's first: during a rotation the one before signs too.
 */
export function signatureHeaders(keys: readonly SigningKey[], message: SignedMessage): Record<string, string> {
  return {
    'X-Honeyframe-Signature': keys.map((key) => bodyDigest(key, message.body)).join(','),
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': keys.map((key) => standardDigest(key, message)).join(' '),
  };
}

/**
 * Whether one of the digests in `X-Honeyframe-Signature` is the secret's, compared in constant time. It says nothing
 * about when: a receiver that must not take old requests checks the standard signature.
 */
export const verifyBodySignature = (secret: string, header: string, body: string | Uint8Array): boolean =>
  holdsDigest(header.split(','), bodyDigest(signingKey(secret), body));

/**
 * Whether `webhook-signature` is the secret's and the timestamp is within five minutes of now.
 * @param now Unix seconds.
 */
export function verifyStandardSignature(secret: string, header: string, message: SignedMessage, now: number): boolean {
  if (!(Math.abs(now - message.timestamp) <= TIMESTAMP_TOLERANCE_SECONDS)) return false;
  return holdsDigest(header.split(' '), standardDigest(signingKey(secret), message));
}

/** Every candidate is compared, each in constant time. */
function holdsDigest(candidates: readonly string[], expected: string): boolean {
  const wanted = Buffer.from(expected);
  let found = false;
  for (const candidate of candidates) {
    const given = Buffer.from(candidate.trim());
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) found = true;
  }
  return found;
}
