import { publishEvents } from '#features/events/publish-events.ts';
import { openDeliveryBench } from '#testing/delivery-bench.ts';
import { until } from '#testing/until.ts';

/**
 * What good receivers feel of bad ones: the 99th percentile from publish to arrival over 97 lanes at a steady pace, alone
 * and beside a receiver that hangs, one that trickles and one that refuses, with 100,000 deliveries due for them. The two
 * take turns in one run, each for longer than a request may take.
 */
const LANES = 97;
const EVENTS = 220;
const EVERY_MS = 100;
const WAITING = 100_000;
const ROUNDS = 3;

const bench = await openDeliveryBench();
const { platform, organization, receiver } = bench;
try {
  await bench.subscribeLanes(LANES);
  const bad = [
    ...(await bench.subscribeLanes(1, '/hang')),
    ...(await bench.subscribeLanes(1, '/trickle')),
    ...(await bench.subscribeLanes(1, '/refused')),
  ];
  await platform.pool.query(
    `update webhook set event_type = '{never.published}', status = 'paused',
       target_url = case when target_url like '%/refused%' then 'http://127.0.0.1:1/' else target_url end
       where id = any($1)`,
    [bad],
  );
  await bench.publish(1);
  await platform.pool.query(
    `insert into delivery_pending (organization_id, webhook_id, event_id, event_type)
       select $1, unnest($2::uuid[]), (select id from event where organization_id = $1 limit 1), 'dataset.updated'
       from generate_series(1, $3)`,
    [organization.id, bad, Math.ceil(WAITING / bad.length)],
  );
  const worker = await bench.startWorker();
  await until('the first are delivered', async () => (await receiver.count()) >= LANES);
  const setBad = async (status: 'active' | 'paused') => {
    await platform.pool.query('update webhook set status = $2, updated_at = now() where id = any($1)', [bad, status]);
    platform.live.notify('settings', bad);
    platform.live.notify('lanes', bad);
  };

  const pairs: { alone: number; beside: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await setBad('paused');
    const alone = await p99();
    await setBad('active');
    pairs.push({ alone, beside: await p99() });
  }
  const middle = pairs.toSorted((a, b) => a.beside / a.alone - b.beside / b.alone)[Math.floor(ROUNDS / 2)];
  if (!middle) throw new Error('No round was measured.');
  console.log(
    `isolation: p99 of the good ones ${middle.alone.toFixed(0)} ms alone, ${middle.beside.toFixed(0)} ms beside ${WAITING.toLocaleString('en')} due for three bad ones: ratio ${(middle.beside / middle.alone).toFixed(2)} (wanted at most 1.5; median of ${ROUNDS} rounds)`,
  );
  await worker.stop();

  async function p99(): Promise<number> {
    await receiver.delays();
    const before = await receiver.count();
    for (let n = 0; n < EVENTS; n += 1) {
      const data = JSON.stringify({ dataset_id: 'd', published_at: performance.timeOrigin + performance.now() });
      const event = { event_type: 'dataset.updated', data, occurred_at: null, idempotency_key: null };
      await publishEvents(organization.scope(), [event], { origin: 'api', isBatch: false });
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    await until('all have arrived', async () => (await receiver.count()) - before >= LANES * EVENTS, 60_000);
    const delays = (await receiver.delays()).sort((a, b) => a - b);
    return delays[Math.floor(delays.length * 0.99)] ?? 0;
  }
} finally {
  await bench.close();
}
