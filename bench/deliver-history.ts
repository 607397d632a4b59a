import { openDeliveryBench, rateOf } from '#testing/delivery-bench.ts';
import { storeHistory } from '#testing/delivery-history.ts';
import { standing } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

/**
 * Deliveries a second with 10,000,000 old ones and their attempts over 30 days, 1,000,000 of them today, as a ratio to the
 * same before there was any history, in one run and on one database.
 */
const LANES = 50;
const EVENTS = 1_000;
const ROUNDS = 3;
const OLD_A_DAY = 300_000;
const TODAY = 1_000_000;

const bench = await openDeliveryBench();
const { platform, receiver, organization } = bench;
try {
  const lanes = await bench.subscribeLanes(LANES);
  const [first = '', other = ''] = lanes;
  const before = await median();
  const begun = performance.now();
  await storeHistory(platform, organization.id, first, { aDay: OLD_A_DAY, today: TODAY });
  console.log(
    `deliver-history: stored ${(30 * OLD_A_DAY + TODAY).toLocaleString('en')} old deliveries in ${Math.round((performance.now() - begun) / 1000)} s`,
  );
  const after = await median();
  console.log(
    `deliver-history: ${Math.round(before)} deliveries/s without history, ${Math.round(after)} with it: ratio ${(after / before).toFixed(2)} (wanted 0.95; medians of ${ROUNDS} rounds)`,
  );

  async function median(): Promise<number> {
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await bench.publish(EVENTS);
      const worker = await bench.startWorker();
      rates.push(await rateOf(() => receiver.count(), LANES * EVENTS));
      await until('all is recorded', async () => !('pending' in (await standing(platform, other))), 60_000);
      await worker.stop();
    }
    return rates.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  }
} finally {
  await bench.close();
}
