import { Agent } from 'undici';
import { signatureHeaders, signingKey } from '#core/signing/signature.ts';
import { USER_AGENT } from '#platform/version.ts';
import { openDeliveryBench, rateOf } from '#testing/delivery-bench.ts';
import { postgresCpuSeconds } from '#testing/postgres-processor-time.ts';
import { standing } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

/**
 * Deliveries a second from stored events to `delivered` rows with their attempts, over 50 lanes and one local receiver,
 * as a ratio to a bare undici loop that posts the same bytes to the same receiver and reads its answers, with as many in
 * flight; then the same with a million due in another lane, whose receiver hangs. Worker, receiver and PostgreSQL share
 * the machine.
 */
const LANES = 50;
const EVENTS = 1_000;
const ROUNDS = 3;
/** What the worker has in flight at the most while no receiver is slow. */
const IN_FLIGHT = 128;
const BACKLOG = 1_000_000;

const bench = await openDeliveryBench();
const { platform, receiver, organization } = bench;
const agent = new Agent({ allowH2: false });
try {
  const lanes = await bench.subscribeLanes(LANES);
  const body = JSON.stringify({
    id: '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21',
    type: 'dataset.updated',
    timestamp: new Date().toISOString(),
    data: { dataset_id: 'dataset-4', dataset_name: 'Orders', n: 1, rows: 1204 },
  });
  const { id } = JSON.parse(body);
  // What a delivery carries, made once: the loop does nothing but post.
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': USER_AGENT,
    'X-Honeyframe-Event': 'dataset.updated',
    'X-Honeyframe-Delivery': id,
    'X-Honeyframe-Attempt': '1',
    ...signatureHeaders([signingKey('secret')], { id, timestamp: Math.floor(Date.now() / 1000), body }),
  };
  const pairs: { ours: number; bare: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) pairs.push({ ours: await deliverAll(), bare: await postAll() });
  const { ours, bare } = median(pairs);
  console.log(`deliver: ${Math.round(ours)} deliveries/s over ${LANES} lanes, ${Math.round(bare)} bare POSTs/s`);
  console.log(`deliver: ratio ${(ours / bare).toFixed(2)} (median of ${ROUNDS} rounds, wanted 0.5)`);

  const [hanging] = await bench.subscribeLanes(1, '/hang');
  await platform.pool.query(`update webhook set status = 'paused' where id = $1`, [hanging]);
  await platform.pool.query(
    `insert into delivery_pending (organization_id, webhook_id, event_id, event_type)
       select $1, $2, (select id from event where organization_id = $1 limit 1), 'dataset.updated'
       from generate_series(1, ${BACKLOG})`,
    [organization.id, hanging],
  );
  await platform.pool.query(`update webhook set event_type = '{never.published}', status = 'active' where id = $1`, [
    hanging,
  ]);
  await platform.pool.query('vacuum analyze delivery_pending');
  // What a million inserts left to write is none of the deliveries'.
  await platform.pool.query('checkpoint');
  const beside: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) beside.push(await deliverAll());
  const withBacklog = beside.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  console.log(
    `deliver: ${Math.round(withBacklog)}/s beside ${BACKLOG.toLocaleString('en')} due for a receiver that hangs: ratio ${(withBacklog / ours).toFixed(2)} (wanted 0.95)`,
  );

  async function deliverAll(): Promise<number> {
    await bench.publish(EVENTS);
    const worker = await bench.startWorker();
    const cpu = { worker: worker.cpuSeconds(), postgres: await postgresCpuSeconds(platform.pool) };
    const rate = await rateOf(() => receiver.count(), LANES * EVENTS);
    await until(
      'every delivery is recorded',
      async () => {
        const { rows } = await platform.pool.query(
          'select count(*)::int as count from delivery_pending where webhook_id = any($1)',
          [lanes],
        );
        return rows[0]?.count === 0;
      },
      60_000,
    );
    const each = (seconds: number) => Math.round((seconds * 1_000_000) / (LANES * EVENTS));
    const ofWorker = each(worker.cpuSeconds() - cpu.worker);
    const ofPostgres = each((await postgresCpuSeconds(platform.pool)) - cpu.postgres);
    console.log(
      `deliver: ${Math.round(rate)}/s, ${ofWorker + ofPostgres} µs of processor each (worker ${ofWorker}, PostgreSQL ${ofPostgres}), the worker holds ${Math.round(worker.residentBytes() / 1024 / 1024)} MiB`,
    );
    await worker.stop();
    return rate;
  }

  async function postAll(): Promise<number> {
    const total = LANES * EVENTS;
    let sent = 0;
    const loop = async () => {
      while (sent < total) {
        sent += 1;
        const answer = await agent.request({
          origin: receiver.url,
          path: '/hooks?lane=1',
          method: 'POST',
          headers,
          body,
        });
        await answer.body.text();
      }
    };
    const loops = Promise.all(Array.from({ length: IN_FLIGHT }, loop));
    const rate = await rateOf(() => receiver.count(), total);
    await loops;
    return rate;
  }

  const [first] = lanes;
  console.log(`deliver: one lane stands at ${JSON.stringify(await standing(platform, first ?? ''))}`);
} finally {
  await agent.close();
  await bench.close();
}

function median(pairs: { ours: number; bare: number }[]) {
  const middle = pairs.toSorted((a, b) => a.ours / a.bare - b.ours / b.bare)[Math.floor(pairs.length / 2)];
  if (!middle) throw new Error('No round was measured.');
  return middle;
}
