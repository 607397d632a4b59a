import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { createJudge } from './judge-event.ts';
import { prepareEvents, systemScope } from './publish-events.ts';
import { storeEventsWithin } from './store-events.ts';

const MOST_TRIES = 5;

/**
 * Publishes an event of the console's own in the transaction of its cause: neither is there without the other.
 * @returns the lanes to notify after the commit.
 * @throws when it cannot be published, and the cause is rolled back.
 */
export async function publishWithin(
  tx: Transaction,
  platform: Platform,
  organization_id: string,
  event_type: string,
  data: Record<string, unknown>,
): Promise<string[]> {
  const event = { event_type, data: JSON.stringify(data), occurred_at: null, idempotency_key: null };
  const scope = systemScope(platform, organization_id);
  for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
    const storing = await prepareEvents(scope, [event], 'system', () => [], createJudge(platform, { tx }));
    const lanes = await storeEventsWithin(tx, storing);
    if (lanes) return lanes;
  }
  throw new Error('An event of the console was not stored, because the webhooks’ filters kept changing.');
}
