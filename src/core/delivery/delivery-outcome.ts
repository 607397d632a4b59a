import { nextAttemptAt, type RetrySchedule, retryAfterAt } from './retry-schedule.ts';

/** What an attempt means for its delivery and its webhook. */
export type DeliveryOutcome =
  | { outcome: 'delivered' }
  /** `at` in milliseconds since 1970. */
  | { outcome: 'retry'; at: number }
  | { outcome: 'failed'; reason: 'expired' | 'gone' };

/** What a status asks for. What is in no line, and what never got a status, is tried again. */
type Rule = 'deliver' | 'retry' | 'retry_as_asked' | 'disable';
const RULES: readonly { from: number; to: number; rule: Rule }[] = [
  { from: 200, to: 299, rule: 'deliver' },
  { from: 410, to: 410, rule: 'disable' },
  { from: 429, to: 429, rule: 'retry_as_asked' },
  { from: 503, to: 503, rule: 'retry_as_asked' },
];

const ruleOf = (status: number | null): Rule =>
  RULES.find(({ from, to }) => status !== null && status >= from && status <= to)?.rule ?? 'retry';

type Attempted = {
  /** Null when no answer came, whatever the reason. */
  status: number | null;
  /** The answer was no success although its status says so: it did not end in time, or its body is broken. */
  failed: boolean;
  retryAfter: string | null;
  attempt: number;
  now: number;
  deadlineAt: number;
  random: number;
};

/**
 * Decides what becomes of a delivery after an attempt: only a whole 2xx delivers it; 410 gives up, and means that the
 * webhook is to be disabled; all else is tried again by the schedule until the deadline.
 */
export function deliveryOutcome(schedule: RetrySchedule, attempted: Attempted): DeliveryOutcome {
  const { status, failed, retryAfter, now } = attempted;
  const rule = ruleOf(status);
  if (rule === 'deliver' && !failed) return { outcome: 'delivered' };
  if (rule === 'disable') return { outcome: 'failed', reason: 'gone' };
  const asked = rule === 'retry_as_asked' ? retryAfterAt(retryAfter, now) : null;
  const at = nextAttemptAt(schedule, { ...attempted, retryAfterAt: asked });
  return at === null ? { outcome: 'failed', reason: 'expired' } : { outcome: 'retry', at };
}
