import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { startReceiver } from '#testing/receivers.ts';
import { startConsole } from '#testing/running-console.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { publishRow, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { LEASE_SECONDS } from './claim-lanes.ts';
import { TOTAL_TIMEOUT_MS } from './send-attempt.ts';

const EVENTS = 40;
const BODY = gzipSync('{"ok":true}');

test('a worker alone that stood still for longer than its leases and its request timeouts knows what it has sent and sends nothing twice', {
  timeout: 90_000,
}, async () => {
  const secret = randomBytes(32).toString('base64');
  const platform = await createTestPlatform({ HONEYFRAME_SECRET: secret });
  onTestFinished(() => platform.close());
  const organization = await createTestOrganization(platform);
  // What is under way when the worker stops is answered while it stands still; what comes later is answered at once.
  const held: ServerResponse[] = [];
  let isHolding = true;
  const answer = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(BODY);
  const receiver = await startReceiver((response) => {
    if (isHolding) held.push(response);
    else answer(response);
  });
  onTestFinished(() => receiver.close());
  const worker = startConsole({
    ROLE: 'worker',
    LOG_LEVEL: 'error',
    DATABASE_URL: platform.config.databaseUrl ?? '',
    HONEYFRAME_SECRET: secret,
    EGRESS_ALLOW: '127.0.0.0/8',
  });
  onTestFinished(async () => {
    worker.child.kill('SIGKILL');
    await worker.exited;
  });
  const settings = [{ concurrency: 20 }, { concurrency: 5 }, { ordered: true }];
  for (const [index, given] of settings.entries()) await subscribe(organization, `${receiver.url}/${index}`, given);
  await publishRow(organization, EVENTS);
  await until('all that may be under way is', () => held.length === 20 + 5 + 1, 60_000);

  worker.child.kill('SIGSTOP');
  isHolding = false;
  for (const response of held) answer(response);
  await delay(Math.max(LEASE_SECONDS * 1_000, TOTAL_TIMEOUT_MS) + 1_000);
  worker.child.kill('SIGCONT');

  const pending = () => platform.database.deliveryPending.count();
  await until('every delivery is recorded', async () => (await pending()) === 0, 30_000);
  const requests = receiver.requests.map(({ path, headers }) => `${path} ${String(headers['webhook-id'])}`);
  expect(new Set(requests).size).toBe(settings.length * EVENTS);
  expect(requests.toSorted()).toEqual([...new Set(requests)].toSorted());
  expect(new Set(receiver.requests.map(({ headers }) => headers['x-honeyframe-attempt']))).toEqual(new Set(['1']));
  const attempts = await platform.database.attempt.groupBy({ by: ['outcome', 'number'], _count: true });
  expect(attempts).toEqual([{ outcome: 'delivered', number: 1, _count: settings.length * EVENTS }]);
});
