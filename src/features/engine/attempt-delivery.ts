import { deliveryOutcome } from '#core/delivery/delivery-outcome.ts';
import { RETRY_SCHEDULE } from '#core/delivery/retry-schedule.ts';
import type { AllowList } from '#core/net/public-address.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Lane, LaneKeys } from './lane.ts';
import type { Result } from './record-results.ts';
import type { DueDelivery } from './refill-lanes.ts';
import { type Attempted, type AttemptRecord, neverSent, type Sending, sendAttempt } from './send-attempt.ts';

/**
 * Sends a delivery once. What keeps the request from being made on this side is a failed attempt too, so that it is tried
 * again by the schedule and not at once.
 * @returns what came of it, with what is to follow; null when it was called off before anything was sent.
 */
export async function attemptDelivery(
  { platform: { outbound, log }, clock, random, lanes, senderHealth }: EngineParts,
  allow: AllowList,
  { lane, keys, delivery, startedAt }: { lane: Lane; keys: LaneKeys; delivery: DueDelivery; startedAt: number },
): Promise<Result | null> {
  const number = delivery.attempt_count + 1;
  const { host, ...sendingKeys } = keys;
  let calledOff = false;
  const mayStart = () => {
    calledOff = delivery.calledOff === true || !lanes.isHeld(lane);
    return !calledOff;
  };
  const sending: Sending = {
    ...sendingKeys,
    delivery_id: delivery.id,
    event_id: delivery.event_id,
    event_type: delivery.event_type,
    body: delivery.body,
    number,
    startedAt,
    queueMs: startedAt - delivery.next_attempt_at,
    mayStart,
  };
  let made: Attempted;
  try {
    made = await sendAttempt(outbound, allow, sending);
  } catch (error) {
    log.error({ err: error, delivery_id: delivery.id }, 'The request of an attempt could not be built');
    made = neverSent(sending, error);
  }
  if (calledOff) return null;
  const { record, side, ...attempted } = made;
  // A refusal comes from the other side of the network as much as an answer does.
  const heard = attempted.status !== null || (side === 'there' && record.remote_address !== null);
  if (heard) senderHealth.answered(host);
  const outcome = deliveryOutcome(RETRY_SCHEDULE, {
    ...attempted,
    attempt: number,
    now: clock.now(),
    deadlineAt: delivery.deadline_at,
    random: random(),
  });
  const isOurs = outcome.outcome !== 'delivered' && !heard && senderHealth.isOurs(host, side);
  return resultOf(lane, delivery, outcome, { attempt: record, target_url: keys.target_url, is_ours: isOurs });
}

/** Of a delivery whose deadline passed before its turn came. */
export const expired = (lane: Lane, delivery: DueDelivery): Result =>
  resultOf(
    lane,
    delivery,
    { outcome: 'failed', reason: 'expired' },
    { attempt: null, target_url: lane.settings.target_url, is_ours: false },
  );

const resultOf = (
  lane: Lane,
  delivery: DueDelivery,
  outcome: ReturnType<typeof deliveryOutcome>,
  made: { attempt: AttemptRecord | null; target_url: string; is_ours: boolean },
): Result => ({
  delivery_id: delivery.id,
  webhook_id: lane.id,
  lease_token: lane.lease_token,
  event_id: delivery.event_id,
  attempt_id: delivery.attempt_id,
  number: delivery.attempt_count + 1,
  outcome: outcome.outcome,
  reason: outcome.outcome === 'failed' ? outcome.reason : null,
  next_attempt_at: outcome.outcome === 'retry' ? new Date(outcome.at).toISOString() : null,
  ...made,
});
