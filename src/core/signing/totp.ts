import { createHmac, timingSafeEqual } from 'node:crypto';

const STEP_MS = 30_000;
const DIGITS = 6;
/** A device's clock may be a step behind or ahead (RFC 6238 §5.2). */
const WINDOW = [0, -1, 1];

/** The code of a counter (RFC 4226 §5.3). */
function hotp(key: Buffer, counter: number): string {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', key).update(moving).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS).padStart(DIGITS, '0');
}

/**
 * Finds the time step that a code of an authenticator app belongs to (RFC 6238: HMAC-SHA-1, steps of 30 s, six digits).
 * By hand, because libraries say only whether a code is right, and a code that was used is recognized by its step.
 * @returns null for a code of none of the steps that count now.
 */
export function totpStepOf(key: Buffer, code: string, now: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const current = Math.floor(now / STEP_MS);
  const given = Buffer.from(code);
  const step = WINDOW.map((offset) => current + offset).find((at) =>
    timingSafeEqual(Buffer.from(hotp(key, at)), given),
  );
  return step ?? null;
}
