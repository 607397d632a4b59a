import { deliveryOutcome } from '#core/delivery-outcome.ts';
import type { AllowList } from '#core/public-address.ts';
import { RETRY_SCHEDULE } from '#core/retry-schedule.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Lane, LaneKeys } from './lane.ts';
import type { Result } from './record-results.ts';
import type { DueDelivery } from './refill-lanes.ts';
import { type AttemptRecord, sendAttempt } from './send-attempt.ts';

/** Sends a delivery once. @returns what came of it, with what is to follow. */
export async function attemptDelivery(
  { platform: { outbound }, clock, random }: EngineParts,
  allow: AllowList,
  { lane, keys, delivery, startedAt }: { lane: Lane; keys: LaneKeys; delivery: DueDelivery; startedAt: number },
): Promise<Result> {
  const number = delivery.attempt_count + 1;
  const { record, ...attempted } = await sendAttempt(outbound, allow, {
    ...keys,
    delivery_id: delivery.id,
    event_id: delivery.event_id,
    event_type: delivery.event_type,
    body: delivery.body,
    number,
    startedAt,
    queueMs: Math.max(0, startedAt - delivery.next_attempt_at),
  });
  const outcome = deliveryOutcome(RETRY_SCHEDULE, {
    ...attempted,
    attempt: number,
    now: clock.now(),
    deadlineAt: delivery.deadline_at,
    random: random(),
  });
  return resultOf(lane, delivery, outcome, record);
}

/** Of a delivery whose deadline passed before its turn came. */
export const expired = (lane: Lane, delivery: DueDelivery): Result =>
  resultOf(lane, delivery, { outcome: 'failed', reason: 'expired' }, null);

const resultOf = (
  lane: Lane,
  delivery: DueDelivery,
  outcome: ReturnType<typeof deliveryOutcome>,
  attempt: AttemptRecord | null,
): Result => ({
  delivery_id: delivery.id,
  subscription_id: lane.id,
  lease_token: lane.lease_token,
  number: delivery.attempt_count + 1,
  outcome: outcome.outcome,
  reason: outcome.outcome === 'failed' ? outcome.reason : null,
  next_attempt_at: outcome.outcome === 'retry' ? new Date(outcome.at).toISOString() : null,
  attempt,
});
