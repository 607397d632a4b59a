import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { countOf, spelled } from '#testing/counts.ts';
import { silence, slowDrip } from '#testing/receiver-answers.ts';
import { closedPort, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { runDeliveries } from './run-deliveries.ts';

const GOOD = 97;
const EVENTS = 20;
const WAITING = countOf('waitingDeliveries');

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

test(`beside one receiver that hangs, one that trickles, one that refuses, and ${spelled(WAITING)} due for them, ninety-seven good ones are served in order and whole`, async () => {
  const organization = await createTestOrganization(platform);
  await using hanging = await startReceiver(silence);
  await using trickling = await startReceiver(slowDrip(50));
  await using good = await startReceiver();
  const bad = [hanging.url, trickling.url, `http://127.0.0.1:${await closedPort()}`];
  const badIds = await Promise.all(
    bad.map(
      async (url) => (await subscribe(organization, url, { event_type: 'dataset.deleted', concurrency: 100 })).id,
    ),
  );
  const [eventId] = await publishRow(organization, 1);
  for (const id of badIds) {
    await platform.pool.query(
      `insert into delivery_pending (organization_id, webhook_id, event_id, event_type)
         select $1, $2, $3, 'dataset.deleted' from generate_series(1, $4)`,
      [organization.id, id, eventId, Math.ceil(WAITING / bad.length)],
    );
  }
  const webhooks: { id: string }[] = [];
  for (let lane = 0; lane < GOOD; lane += 1)
    webhooks.push(
      await subscribe(organization, `${good.url}/${lane}`, { event_type: 'dataset.updated', ordered: true }),
    );
  const running = runDeliveries(platform);
  onTestFinished(() => running.stop());
  await until('the bad ones have their turn', () => hanging.requests.length >= 50 && trickling.requests.length >= 50);
  for (let from = 0; from < EVENTS; from += 5) await publishRow(organization, 5, from);
  await until('the good ones are served', () => good.requests.length >= GOOD * EVENTS, 60_000);

  const lanes = Map.groupBy(good.requests, ({ path }) => path);
  expect(lanes.size).toBe(GOOD);
  const row = Array.from({ length: EVENTS }, (_, n) => n);
  for (const requests of lanes.values()) expect(requests.map(({ body }) => JSON.parse(body).data.n)).toEqual(row);
  for (const { id } of webhooks.slice(0, 3))
    await until('it is recorded', async () => (await standing(platform, id)).delivered === EVENTS);
  for (const id of badIds) expect((await standing(platform, id)).pending).toBeGreaterThan(WAITING / bad.length - 500);
  // Else the end would wait for the requests that hang.
  await Promise.all([hanging.close(), trickling.close()]);
}, 120_000);
