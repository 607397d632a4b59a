const STEPS_A_MS = 4_096;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

/** The time of an id, to the millisecond (RFC 9562, section 5.7). */
export const timeOfId = (id: string): Date => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

/**
 * Generates UUIDs of version 7 (RFC 9562, section 5.7, with the fraction of a millisecond of method 3) that always
 * increase, even within a millisecond and if the clock goes backward. Written by hand, because Node.js generates only
 * version 4, and the core gets time and randomness from the caller.
 * @param now the time in milliseconds, with a fraction.
 * @param randomBytes of the given length.
 */
export function createUuidV7(now: () => number, randomBytes: (length: number) => Uint8Array): () => string {
  let last = 0;
  return () => {
    last = Math.max(Math.floor(now() * STEPS_A_MS), last + 1);
    const ms = Math.floor(last / STEPS_A_MS);
    const random = randomBytes(8);
    random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
    const hex = Buffer.from(random).toString('hex');
    const time = ms.toString(16).padStart(12, '0');
    const step = (last % STEPS_A_MS).toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${step}-${hex.slice(0, 4)}-${hex.slice(4)}`;
  };
}
