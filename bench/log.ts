import { getDelivery } from '#features/deliveries/get-delivery.ts';
import { listDeliveries } from '#features/deliveries/list-deliveries.ts';
import { getWebhook } from '#features/webhooks/get-webhook.ts';
import { openDeliveryBench } from '#testing/delivery-bench.ts';
import { storeHistory } from '#testing/delivery-history.ts';

/**
 * What the pages of a webhook ask of the delivery log, with 1,000,000 deliveries and their attempts over 30 days, as a
 * ratio to the same of a webhook with 10,000, in one database. The two take turns. One in a hundred failed, one in ten
 * thousand is of a rare type.
 */
const ROUNDS = 30;
const FEW = 10_000;
const MANY = 1_000_000;
const DAY_MS = 24 * 60 * 60 * 1000;

const bench = await openDeliveryBench();
try {
  const [few = '', many = ''] = await bench.subscribeLanes(2);
  const { platform, organization } = bench;
  const scope = organization.scope();
  await storeHistory(platform, organization.id, few, spread(FEW));
  await storeHistory(platform, organization.id, many, spread(MANY));
  const page = { limit: 50 };
  const since = new Date(Date.now() - 7 * DAY_MS);
  const questions: Record<string, (id: string) => Promise<unknown>> = {
    'the list': (id) => listDeliveries(scope, { webhook_id: id, ...page }),
    'its failed ones': (id) => listDeliveries(scope, { webhook_id: id, ...page, status: 'failed' }),
    'a rare event type': (id) => listDeliveries(scope, { webhook_id: id, ...page, event_type: 'dataset.deleted' }),
    'a type that never came': (id) => listDeliveries(scope, { webhook_id: id, ...page, event_type: 'dataset.created' }),
    'the last seven days': (id) => listDeliveries(scope, { webhook_id: id, ...page, since }),
    'before seven days ago': (id) => listDeliveries(scope, { webhook_id: id, ...page, until: since }),
    'a delivery with its attempts': async (id) => getDelivery(scope, await lastOf(id)),
    'the webhook with its figures': (id) => getWebhook(scope, id),
  };
  const last = new Map<string, string>();
  async function lastOf(id: string): Promise<string> {
    const known = last.get(id) ?? (await listDeliveries(scope, { webhook_id: id, limit: 1 })).items[0]?.id ?? '';
    last.set(id, known);
    return known;
  }
  for (const [what, ask] of Object.entries(questions)) {
    const times: Record<'few' | 'many', number[]> = { few: [], many: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.few.push(await timeOf(() => ask(few)));
      times.many.push(await timeOf(() => ask(many)));
    }
    const [ofFew, ofMany] = [median(times.few), median(times.many)];
    console.log(
      `log: ${what}: ${ofMany.toFixed(1)} ms of ${MANY.toLocaleString('en')}, ${ofFew.toFixed(1)} ms of ${FEW.toLocaleString('en')}: ratio ${(ofMany / ofFew).toFixed(2)} (wanted at most 1.5)`,
    );
  }
} finally {
  await bench.close();
}

/** Over thirty days and today. */
function spread(count: number): { aDay: number; today: number } {
  const aDay = Math.floor(count / 31);
  return { aDay, today: count - 30 * aDay };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
