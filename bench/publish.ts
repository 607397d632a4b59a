import { join } from 'node:path';
import { Pool } from 'undici';
import { createApiKey } from '#features/people/api-keys/create-api-key.ts';
import { openDeliveryBench } from '#testing/delivery-bench.ts';
import { type MeasuredServer, startMeasuredServer } from '#testing/measured-server.ts';
import { postgresCpuSeconds } from '#testing/postgres-processor-time.ts';
import { until } from '#testing/until.ts';

/**
 * Publishing through REST with one matching webhook, which a console with all roles delivers.
 *
 * - Events a second, published one at a time, and when all have been delivered; compared with a bare `node:http` handler
 *   that commits one row per request by one prepared statement on the same PostgreSQL. They take turns, round by round, and
 *   the medians count.
 * - From publish to arrival at 100 events a second, compared with a direct POST of the same bytes to the same receiver.
 */
const ROUNDS = 5;
const REQUESTS = 2_000;
const CONNECTIONS = 16;
const A_SECOND = 100;
const TIMED = 1_000;

const bench = await openDeliveryBench({ EVENTS_PER_SECOND: '1000000000' });
const { organization, receiver, platform } = bench;
const server = await bench.startConsole();
const bare = await startMeasuredServer(
  [join(import.meta.dirname, '../src/testing/committing-server.ts'), platform.config.databaseUrl ?? ''],
  {},
  join(platform.config.dataDir, 'bare.log'),
  (output) => (output.includes('\n') ? Number(JSON.parse(output).port) : null),
);
const poolOf = (url: string) => new Pool(url, { connections: CONNECTIONS, allowH2: false });
const [ours, theirs, direct] = [poolOf(urlOf(server)), poolOf(urlOf(bare)), poolOf(receiver.url)];
try {
  await bench.subscribeLanes(1);
  const { key } = await createApiKey(organization.scope(), { name: 'bench', scopes: ['publish'] });
  const authorization = `Bearer ${key}`;
  let sent = 0;
  const body = () => {
    sent += 1;
    const published_at = performance.timeOrigin + performance.now();
    return JSON.stringify({ event_type: 'dataset.updated', data: { dataset_id: `dataset-${sent}`, published_at } });
  };
  const post = (pool: Pool, path: string) => async () => {
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await pool.request({ method: 'POST', path, headers, body: body() });
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${await answer.body.text()}`);
    await answer.body.dump();
  };
  const publish = post(ours, '/api/events');
  const commit = post(theirs, '/');
  const send = post(direct, '/hooks');

  /** @returns how many a second, until all have arrived where they are delivered. */
  async function rateOf(ask: () => Promise<void>, isDelivered: boolean): Promise<number> {
    const before = await receiver.count();
    const begun = performance.now();
    let asked = 0;
    const lane = async () => {
      for (; asked < REQUESTS; ) {
        asked += 1;
        await ask();
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    if (isDelivered)
      await until('all have arrived', async () => (await receiver.count()) - before >= REQUESTS, 120_000);
    return (REQUESTS * 1000) / (performance.now() - begun);
  }

  const rates = { ours: [] as number[], bare: [] as number[] };
  const cpu = { console: [] as number[], postgres: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const bareRate = await rateOf(commit, false);
    const before = [server.cpuSeconds(), await postgresCpuSeconds(platform.pool)] as const;
    const rate = await rateOf(publish, true);
    // The first round warms up.
    if (round === 0) continue;
    rates.bare.push(bareRate);
    rates.ours.push(rate);
    cpu.console.push(((server.cpuSeconds() - before[0]) * 1000) / REQUESTS);
    cpu.postgres.push((((await postgresCpuSeconds(platform.pool)) - before[1]) * 1000) / REQUESTS);
  }
  console.log(
    `publish: ${Math.round(median(rates.ours))} events/s singly and delivered, ${Math.round(median(rates.bare))} rows/s committed by a bare handler, ratio ${(median(rates.ours) / median(rates.bare)).toFixed(2)} (goal 0.8)`,
  );
  console.log(
    `publish: ${(median(cpu.console) + median(cpu.postgres)).toFixed(2)} ms of processor time an event: console ${median(cpu.console).toFixed(2)}, PostgreSQL ${median(cpu.postgres).toFixed(2)} (goal 0.6)`,
  );

  async function delaysOf(ask: () => Promise<void>): Promise<{ p50: number; p99: number }> {
    await receiver.delays();
    const before = await receiver.count();
    const under: Promise<void>[] = [];
    for (let n = 0; n < TIMED; n += 1) {
      under.push(ask());
      await new Promise((resolve) => setTimeout(resolve, 1000 / A_SECOND));
    }
    await Promise.all(under);
    await until('all have arrived', async () => (await receiver.count()) - before >= TIMED, 60_000);
    const delays = (await receiver.delays()).sort((a, b) => a - b);
    const at = (share: number) => delays[Math.floor(delays.length * share)] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }
  const [arrival, posted] = [await delaysOf(publish), await delaysOf(send)];
  console.log(
    `publish: to arrival p50 ${arrival.p50.toFixed(1)} ms (goal 4), p99 ${arrival.p99.toFixed(1)} ms; a direct POST p50 ${posted.p50.toFixed(1)} ms, p99 ${posted.p99.toFixed(1)} ms; p99 ratio ${(arrival.p99 / posted.p99).toFixed(1)} (goal 8), at ${A_SECOND} a second`,
  );
} finally {
  await Promise.all([ours.close(), theirs.close(), direct.close()]);
  await server.stop();
  await bare.stop();
  await bench.close();
}

function urlOf({ port }: MeasuredServer): string {
  return `http://127.0.0.1:${port}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
