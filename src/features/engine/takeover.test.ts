import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { startReceiver } from '#testing/receivers.ts';
import { type RunningConsole, startConsole } from '#testing/running-console.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

/** Two worker processes on one database, a receiver that holds the first request, and who sent it. */
async function openTwoWorkers() {
  const secret = randomBytes(32).toString('base64');
  const platform = await createTestPlatform({ HONEYFRAME_SECRET: secret });
  onTestFinished(() => platform.close());
  const organization = await createTestOrganization(platform);
  const held: ServerResponse[] = [];
  const receiver = await startReceiver((response) => {
    if (receiver.requests.length === 1) held.push(response);
    else response.end();
  });
  onTestFinished(() => receiver.close());
  const env = {
    ROLE: 'worker',
    LOG_LEVEL: 'error',
    DATABASE_URL: platform.config.databaseUrl ?? '',
    HONEYFRAME_SECRET: secret,
    EGRESS_ALLOW: '127.0.0.0/8',
  };
  const workers = [startConsole(env), startConsole(env)];
  onTestFinished(async () => {
    for (const worker of workers) worker.child.kill('SIGKILL');
    await Promise.all(workers.map(({ exited }) => exited));
  });
  const webhook = await subscribe(organization, receiver.url);
  await publishRow(organization, 1);
  await until('one sends', () => held.length === 1, 60_000);
  const { lease_holder } = await platform.database.lane.findUniqueOrThrow({ where: { webhook_id: webhook.id } });
  const pid = Number(lease_holder?.split(':').at(-1));
  const holder = workers.find(({ child }) => child.pid === pid);
  if (!holder) throw new Error(`No worker of ours holds the lane: ${lease_holder}.`);
  return { platform, organization, webhook, receiver, held, workers, holder };
}

const tookOver = (receiver: { requests: unknown[] }) =>
  until('the other has sent it again', () => receiver.requests.length === 2, 60_000);

test('of two workers one dies, and the other takes over what it had under way, with the same webhook-id', async () => {
  const { platform, webhook, receiver, holder } = await openTwoWorkers();
  (holder satisfies RunningConsole).child.kill('SIGKILL');
  await tookOver(receiver);
  await until('it is delivered', async () => (await standing(platform, webhook.id)).delivered === 1);
  const [first, second] = receiver.requests;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body).toBe(first?.body);
}, 120_000);

test('a worker that was stopped past its lease and then goes on cannot change what another recorded', async () => {
  const { platform, webhook, receiver, held, holder } = await openTwoWorkers();
  holder.child.kill('SIGSTOP');
  await tookOver(receiver);
  await until('it is delivered', async () => (await standing(platform, webhook.id)).delivered === 1);
  held[0]?.writeHead(500).end();
  holder.child.kill('SIGCONT');
  await until('both attempts are in the log', async () => (await attemptsOf(platform, webhook.id)).length === 2);
  expect((await attemptsOf(platform, webhook.id)).map(({ outcome }) => outcome)).toEqual(['superseded', 'delivered']);
  expect(await standing(platform, webhook.id)).toEqual({ delivered: 1 });
}, 120_000);

test('two workers, of which the one that sends is stopped, keep to one rate limit', async () => {
  const { platform, organization, workers } = await openTwoWorkers();
  const arrivals: number[] = [];
  const limited = await startReceiver((response) => {
    arrivals.push(performance.now());
    response.end();
  });
  onTestFinished(() => limited.close());
  const { id } = await subscribe(organization, limited.url, { rate_limit: 10 });
  await publishRow(organization, 40);
  await until('half of it has arrived', () => arrivals.length >= 15);
  const { lease_holder } = await platform.database.lane.findUniqueOrThrow({ where: { webhook_id: id } });
  const sender = workers.find(({ child }) => child.pid === Number(lease_holder?.split(':').at(-1)));
  sender?.child.kill('SIGTERM');
  await until('all is delivered', async () => (await standing(platform, id)).delivered === 40, 60_000);
  expect(arrivals).toHaveLength(40);
  // One more than the limit and its burst for each of the two, where a request was late on its way.
  for (const from of arrivals)
    expect(arrivals.filter((at) => at >= from && at <= from + 1_000).length).toBeLessThanOrEqual(13);
}, 120_000);
