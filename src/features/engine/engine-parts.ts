import type pg from 'pg';
import type { Platform } from '#platform/scope.ts';
import type { Clock } from './clock.ts';
import type { HeldLanes } from './held-lanes.ts';
import type { SenderHealth } from './sender-health.ts';

/** What the loops of the engine share. */
export type EngineParts = {
  platform: Platform;
  /** Its own connections, for statements that are prepared once. */
  pool: pg.Pool;
  clock: Clock;
  random: () => number;
  /** Names this run of the engine, and no other: `host:id:process`. */
  holder: string;
  lanes: HeldLanes;
  senderHealth: SenderHealth;
  outage: Outage;
  /** Nothing new is begun any more. */
  isStopping: () => boolean;
};

/** Says once that PostgreSQL cannot be reached, however often it is tried. */
export type Outage = { failed: (error: unknown) => void; ended: () => void };

/** @param onEnded called when PostgreSQL answers again. */
export function createOutage({ log }: Platform, onEnded: () => void): Outage {
  let isSaid = false;
  return {
    failed(error) {
      if (isSaid) return;
      isSaid = true;
      log.warn({ err: error, part: 'deliveries' }, 'The delivery engine could not reach PostgreSQL; trying again');
    },
    ended() {
      if (!isSaid) return;
      isSaid = false;
      onEnded();
    },
  };
}
