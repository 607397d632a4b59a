import { Agent } from 'undici';
import { publishEvents } from '#features/events/publish-events.ts';
import { openDeliveryBench } from '#testing/delivery-bench.ts';
import { until } from '#testing/until.ts';

/**
 * From publish to arrival at 100 events a second, against a direct POST of the same bytes to the same receiver; and how
 * many events a second are stored with one delivery each, many at once.
 */
const A_SECOND = 100;
const EVENTS = 1_000;
const STORED = 5_000;
const AT_ONCE = 64;

const bench = await openDeliveryBench();
const { organization, receiver } = bench;
const agent = new Agent({ allowH2: false });
try {
  await bench.subscribeLanes(1);
  const worker = await bench.startWorker();
  const dataOf = () => JSON.stringify({ dataset_id: 'd', published_at: performance.timeOrigin + performance.now() });
  const publish = async () => {
    const event = { event_type: 'dataset.updated', data: dataOf(), occurred_at: null, idempotency_key: null };
    await publishEvents(organization.scope(), [event], { origin: 'api', isBatch: false });
  };
  const post = async () => {
    const answer = await agent.request({ origin: receiver.url, path: '/hooks', method: 'POST', body: dataOf() });
    await answer.body.dump();
  };
  await measured(publish, 100);
  await measured(post, 100);
  const ours = await measured(publish, EVENTS);
  const direct = await measured(post, EVENTS);
  console.log(
    `publish: to arrival p50 ${ours.p50.toFixed(1)} ms, p99 ${ours.p99.toFixed(1)} ms; a direct POST p50 ${direct.p50.toFixed(1)} ms, p99 ${direct.p99.toFixed(1)} ms (${A_SECOND} a second)`,
  );
  const begun = performance.now();
  let sent = 0;
  const loop = async () => {
    for (; sent < STORED; sent += 1) await publish();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
  console.log(
    `publish: ${Math.round((STORED * 1000) / (performance.now() - begun))} events/s stored with a delivery each, ${AT_ONCE} at once, while they are delivered`,
  );
  await worker.stop();

  async function measured(send: () => Promise<void>, count: number): Promise<{ p50: number; p99: number }> {
    await receiver.delays();
    const before = await receiver.count();
    const under: Promise<void>[] = [];
    for (let n = 0; n < count; n += 1) {
      under.push(send());
      await new Promise((resolve) => setTimeout(resolve, 1000 / A_SECOND));
    }
    await Promise.all(under);
    await until('all have arrived', async () => (await receiver.count()) - before >= count, 60_000);
    const delays = (await receiver.delays()).sort((a, b) => a - b);
    const at = (share: number) => delays[Math.floor(delays.length * share)] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }
} finally {
  await agent.close();
  await bench.close();
}
