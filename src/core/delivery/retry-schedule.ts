/** From a delivery's creation, or from the resume that freed it, to its deadline. A webhook that fails for as long is disabled. */
export const GIVE_UP_AFTER_HOURS = 24;

/** How the delays between the attempts of a delivery grow. In milliseconds. */
export type RetrySchedule = {
  firstDelayMs: number;
  factor: number;
  mostDelayMs: number;
};

export const RETRY_SCHEDULE: RetrySchedule = {
  firstDelayMs: 5_000,
  factor: 3,
  mostDelayMs: 4 * 3_600_000,
};

/** A last attempt that is moved to the deadline is planned a little before it, for none starts after it. */
const LAST_ATTEMPT_LEAD_MS = 1_000;

/** The delay before attempt n + 1 without chance: min(first × factor^(n − 1), most). */
export const fullDelayMs = ({ firstDelayMs, factor, mostDelayMs }: RetrySchedule, attempt: number): number =>
  Math.min(firstDelayMs * factor ** (attempt - 1), mostDelayMs);

/** Times as milliseconds since 1970. */
type Failure = {
  /** The number of the attempt that failed: 1 for the first. */
  attempt: number;
  now: number;
  deadlineAt: number;
  /** What `Retry-After` asks for, as a time; null for nothing. */
  retryAfterAt: number | null;
  /** From 0 to 1. */
  random: number;
};

/**
 * When the next attempt is due, with equal jitter (half of the delay is fixed, half is random), or later if the
 * receiver asks for that. A requested time past the deadline gives one last attempt at the deadline.
 * @returns milliseconds since 1970, or null when there is no further attempt.
 */
export function nextAttemptAt(schedule: RetrySchedule, { attempt, now, deadlineAt, retryAfterAt, random }: Failure) {
  const delayMs = fullDelayMs(schedule, attempt);
  const byBackoff = now + delayMs / 2 + (delayMs / 2) * random;
  const last = deadlineAt - LAST_ATTEMPT_LEAD_MS;
  if (retryAfterAt !== null && retryAfterAt > byBackoff) {
    const at = Math.min(retryAfterAt, last);
    return at > now ? at : null;
  }
  return byBackoff <= deadlineAt ? byBackoff : null;
}

/** The dates of HTTP: IMF-fixdate, and the two obsolete forms that recipients must still read (RFC 9110, section 5.6.7). */
const HTTP_DATES = [
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * The time that a `Retry-After` names: seconds from now, or an HTTP date (RFC 9110, section 10.2.3).
 * @returns milliseconds since 1970, or null for what is neither, or is past.
 */
export function retryAfterAt(header: string | null | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) > 0 ? now + Number(text) * 1000 : null;
  if (!HTTP_DATES.some((form) => form.test(text))) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return at > now ? at : null;
}
