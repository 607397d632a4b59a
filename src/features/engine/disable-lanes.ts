import { disableFailing, disableWithin, notifyDisabled } from '#features/webhooks/disable-webhook.ts';
import { arrayLiteral } from '#platform/postgres/array-parameter.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { EngineParts } from './engine-parts.ts';
import { leaseOf } from './held-lanes.ts';
import { releaseLeases } from './keep-leases.ts';
import { type Result, type Runner, recordResults } from './record-results.ts';

export type LaneDisabling = {
  /** Disables webhooks that had nothing but failures for as long as they are given. */
  wornOut: (ids: readonly string[]) => void;
  /**
   * Records the result of a receiver that wants no more and disables its webhook, both in one transaction. When the
   * webhook leads elsewhere by now, the delivery goes there instead. @throws what PostgreSQL says.
   */
  recordGone: (result: Result) => Promise<void>;
  /** Resolves when all of it is done. */
  settled: () => Promise<unknown>;
};

export function createLaneDisabling({ platform, pool, clock, holder, lanes, outage }: EngineParts): LaneDisabling {
  const underWay = new Map<string, Promise<void>>();

  async function disableWornOut(id: string): Promise<void> {
    try {
      if (await disableFailing(platform, id, clock.sqlNow())) await leave(id);
    } catch (error) {
      platform.log.error({ err: error, webhook_id: id }, 'A webhook could not be disabled; trying again');
    }
  }

  async function leave(id: string): Promise<void> {
    const lane = lanes.get(id);
    if (!lane) return;
    lanes.lose(lane);
    await releaseLeases(pool, [leaseOf(lane)]).catch(outage.failed);
  }

  return {
    wornOut(ids) {
      for (const id of ids) {
        if (underWay.has(id)) continue;
        const work = disableWornOut(id).finally(() => underWay.delete(id));
        underWay.set(id, work);
      }
    },

    async recordGone(result) {
      const { webhook_id: id, target_url } = result;
      const disabled = await inTransaction(platform.database, async (tx) => {
        const here: Runner = {
          async run({ text, row }, values) {
            const rows: unknown[] = await tx.$queryRawUnsafe(text, ...values);
            return rows.map((one) => row.parse(one));
          },
          array: arrayLiteral,
        };
        const found = await disableWithin(tx, platform, id, { reason: 'gone', target_url });
        const outcome = found === 'moved' ? goesOn(result, clock.now()) : result;
        await recordResults(here, clock.sqlNow(), [outcome], holder);
        return found;
      });
      if (disabled !== 'moved' && disabled !== null) {
        await notifyDisabled(platform, disabled);
        await leave(id);
      }
      const lane = lanes.get(id);
      if (lane) lane.halted = false;
    },

    settled: () => Promise.all(underWay.values()),
  };
}

/** The receiver that wants no more is not the webhook's any more: its next attempt goes to the one that is. */
const goesOn = (result: Result, now: number): Result => ({
  ...result,
  outcome: 'retry',
  reason: null,
  next_attempt_at: new Date(now).toISOString(),
});
