const encoder = new TextEncoder();

const STANDARD_PREFIX = 'whsec_';

/** One secret's expected signatures of one request: lowercase hex of the body, and `v1,<base64>` of `id.timestamp.body`. */
export type ExpectedSignatures = { body: string; standard: string };

/**
 * The signatures that Honeyframe sends for a secret.
 * - `X-Honeyframe-Signature`: HMAC-SHA256 of the raw body, keyed with the secret's UTF-8 bytes.
 * - `webhook-signature` (Standard Webhooks 1.0): HMAC-SHA256 of `id.timestamp.body`, keyed with the decoded bytes of a
 *   `whsec_…` secret, or with the UTF-8 bytes of any other secret.
 * @param timestamp the text of the header, since that is what was signed.
 */
export async function expectedSignatures(
  secret: string,
  { id, timestamp, body }: { id: string; timestamp: string; body: Uint8Array<ArrayBuffer> },
): Promise<ExpectedSignatures> {
  const [bodyDigest, standardDigest] = await Promise.all([
    hmac(encoder.encode(secret), body),
    hmac(standardKey(secret), concat(encoder.encode(`${id}.${timestamp}.`), body)),
  ]);
  return { body: hexOf(bodyDigest), standard: `v1,${base64Of(standardDigest)}` };
}

/** Whether one of the candidates is the expected text. Every candidate is compared to its end, whatever the others are. */
export function includesSignature(candidates: readonly string[], expected: string): boolean {
  let found = 0;
  for (const candidate of candidates) found |= equal(candidate.trim(), expected);
  return found === 1;
}

/** 1 if the texts are the same, else 0. The time depends on the lengths alone, which are no secret. */
function equal(given: string, expected: string): 0 | 1 {
  if (given.length !== expected.length) return 0;
  let difference = 0;
  for (let at = 0; at < expected.length; at++) difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0 ? 1 : 0;
}

async function hmac(key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto;
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, message));
}

/** Lenient as Honeyframe itself is: base64 and base64url, with and without padding. */
function standardKey(secret: string): Uint8Array<ArrayBuffer> {
  if (!secret.startsWith(STANDARD_PREFIX)) return encoder.encode(secret);
  const text = secret
    .slice(STANDARD_PREFIX.length)
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  // One character left over holds no whole byte.
  const whole = text.length % 4 === 1 ? text.slice(0, -1) : text;
  return Uint8Array.from(atob(whole), (character) => character.charCodeAt(0));
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

const hexOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const base64Of = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
