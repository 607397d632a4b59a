import { voidFutureLimits } from '#features/people/auth/void-future-limits.ts';
import { voidFutureChores } from '#platform/chores.ts';
import type { ClockRepair } from '#platform/clock-watch.ts';
import { voidFutureDeliveries } from './deliveries/void-future-times.ts';

/** What is put right after a clock was set back. */
export const clockRepairs: readonly ClockRepair[] = [voidFutureDeliveries, voidFutureLimits, voidFutureChores];
