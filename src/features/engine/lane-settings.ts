import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { openWebhook } from '#features/webhooks/webhook-secrets.ts';
import { type LaneSettings, laneSettings, SETTINGS } from './claim-lanes.ts';
import type { EngineParts } from './engine-parts.ts';
import { forgetQueue, type Lane } from './lane.ts';
import { endBackoff } from './probe-backoff.ts';
import { run, type Statement } from './statement.ts';

const MOST_REPORTED = 10_000;

export type LaneSettingsReader = {
  /** Opens the secrets that a lane's requests are signed with; a lane whose secrets do not open is let go. */
  open: (lane: Lane) => Promise<void>;
  /** Reads settings again that have changed since. Of what is paused or ended, nothing that was read ahead is sent. */
  readAgain: (changed: readonly Lane[]) => Promise<void>;
};

/** @param onRead called with each lane that may send again. */
export function createLaneSettingsReader(
  { platform: { secrets, log }, pool, clock, lanes }: EngineParts,
  onRead: (lane: Lane) => void,
): LaneSettingsReader {
  /** Settings that did not open, by webhook: the lane is claimed again every few seconds, and says so once. */
  const reported = new LRUCache<string, number>({ max: MOST_REPORTED });

  async function open(lane: Lane): Promise<void> {
    const { settings } = lane;
    try {
      const opened = await openWebhook(secrets, { ...settings, id: lane.id }, new Date(clock.now()));
      lane.keys = { target_url: settings.target_url, host: URL.parse(settings.target_url)?.host ?? '', ...opened };
    } catch (error) {
      if (reported.get(lane.id) !== settings.version)
        log.error(
          { err: error, webhook_id: lane.id },
          'The secrets of a webhook cannot be decrypted, so nothing is sent to it until they are entered again',
        );
      reported.set(lane.id, settings.version);
      lanes.lose(lane);
    }
  }

  return {
    open,
    async readAgain(changed) {
      for (const lane of changed) lane.readingSettings = true;
      try {
        const settings = await readLaneSettings(
          pool,
          changed.map(({ id }) => id),
        );
        for (const lane of changed) {
          const fresh = settings.find(({ webhook_id }) => webhook_id === lane.id);
          if (fresh?.status !== 'active') forgetQueue(lane);
          if (!fresh) continue;
          const moved = fresh.target_url !== lane.settings.target_url;
          if (moved) lane.halted = false;
          if (moved || fresh.resumed_at?.getTime() !== lane.settings.resumed_at?.getTime()) endBackoff(lane);
          // What was read by another order than it is to be sent in.
          if (fresh.ordered !== lane.settings.ordered) forgetQueue(lane);
          lane.settings = fresh;
          await open(lane);
        }
      } finally {
        for (const lane of changed) {
          lane.readingSettings = false;
          onRead(lane);
        }
      }
    },
  };
}

const READ: Statement<LaneSettings> = {
  name: 'read_lane_settings',
  text: `select ${SETTINGS} from webhook s where s.id = any($1::uuid[]) and s.deleted_at is null`,
  row: laneSettings,
};

export const readLaneSettings = (pool: pg.Pool, ids: readonly string[]): Promise<LaneSettings[]> =>
  run(pool, READ, [ids]);
