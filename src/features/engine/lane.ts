import { type RateBucket, refilled } from '#core/delivery/rate-bucket.ts';
import type { SigningKey } from '#core/signing/signature.ts';
import { FAILURES_TO_PROBE } from '#features/webhooks/row.ts';
import type { ClaimedLane, LaneSettings } from './claim-lanes.ts';
import { type DueDelivery, FROM_THE_START, type Refill } from './refill-lanes.ts';

/** What a lane's requests are signed and sent with, opened. */
export type LaneKeys = { target_url: string; host: string; keys: SigningKey[]; headers: Record<string, string> };

/** A lane that this process holds, and what it knows of its deliveries. */
export type Lane = {
  id: string;
  lease_token: string;
  /** Until when it may begin to send, by `performance.now()`: a stalled process looks at its own clock first. */
  leaseEndsAt: number;
  settings: LaneSettings;
  keys: LaneKeys | null;
  /** As they end, also those that are not recorded yet. */
  consecutiveFailures: number;
  /** Due, in order, not begun. */
  queue: DueDelivery[];
  /** Under way. */
  underWay: Set<DueDelivery>;
  /** Queued, under way, or ended and not recorded yet: what a refill must leave out. */
  unrecorded: Set<string>;
  /** Up to which recall it has dropped what was read ahead. */
  recallSeen: number;
  /** Rises when the queue is dropped: what was asked for before that is dropped too when it comes. */
  generation: number;
  /** Where the last full refill ended; a refill that brings less begins anew. */
  after: Pick<Refill, 'after_at' | 'after_id'>;
  readFromStartAt: number;
  wantsRefill: boolean;
  refilling: boolean;
  /** Since when there was nothing to do, by `performance.now()`. */
  idleSince: number | null;
  /** Of its rate limit, by `performance.now()`; and the timer for its next token. */
  bucket: RateBucket;
  tokenTimer: NodeJS.Timeout | undefined;
  waitsForSlot: boolean;
  pumpsLater: boolean;
  /** Until the next probe may begin, after one that failed; and how long the last backoff was. */
  backoff: NodeJS.Timeout | undefined;
  lastBackoffMs: number;
  /** How many concurrency slots its requests have. */
  slots: number;
  /** Its settings are being read: nothing begins by the old ones. */
  readingSettings: boolean;
  /** Its receiver wants nothing any more: nothing begins while the webhook is being disabled. */
  halted: boolean;
};

export const createLane = (claimed: ClaimedLane, leaseEndsAt: number): Lane => ({
  id: claimed.webhook_id,
  lease_token: claimed.lease_token,
  leaseEndsAt,
  settings: claimed,
  keys: null,
  consecutiveFailures: claimed.consecutive_failures,
  queue: [],
  underWay: new Set(),
  unrecorded: new Set(),
  recallSeen: claimed.recall,
  generation: 0,
  after: FROM_THE_START,
  readFromStartAt: 0,
  wantsRefill: true,
  refilling: false,
  idleSince: null,
  bucket: bucketOf(claimed),
  tokenTimer: undefined,
  waitsForSlot: false,
  pumpsLater: false,
  backoff: undefined,
  lastBackoffMs: 0,
  slots: 0,
  readingSettings: false,
  halted: false,
});

/** Drops what was read ahead, and what is being read. What is under way ends. */
export function forgetQueue(lane: Lane): void {
  for (const { id } of lane.queue) lane.unrecorded.delete(id);
  lane.queue = [];
  lane.after = FROM_THE_START;
  lane.generation += 1;
}

const READ_AHEAD = 4;

/** How many requests may be under way: one while a lane is ordered, or probed because it only failed. */
export const mostAtOnce = ({ settings, consecutiveFailures }: Lane): number =>
  settings.ordered || consecutiveFailures >= FAILURES_TO_PROBE ? 1 : settings.concurrency;

/** How many more deliveries it should read: several times what may be under way, so that none waits for the next read. */
export function refillOf(lane: Lane): number {
  if (lane.settings.ordered) return lane.unrecorded.size === 0 ? 1 : 0;
  const most = mostAtOnce(lane);
  return lane.queue.length < most ? READ_AHEAD * most - lane.queue.length : 0;
}

export const isIdle = (lane: Lane): boolean => lane.unrecorded.size === 0 && !lane.refilling && !lane.wantsRefill;

/** The bucket that the holder before has left, as of now: full where there was none. */
function bucketOf({ tokens, tokens_age_s, rate_limit }: ClaimedLane): RateBucket {
  const at = performance.now();
  if (tokens_age_s === null || rate_limit === null) return { tokens: Number.POSITIVE_INFINITY, at };
  return { ...refilled({ tokens, at: 0 }, rate_limit, 1000 * tokens_age_s), at };
}
