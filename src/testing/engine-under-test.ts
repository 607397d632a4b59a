import { afterAll, afterEach, beforeAll } from 'vitest';
import { type RunningDeliveries, runDeliveries } from '#features/engine/run-deliveries.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type Answer, type Receiver, startReceiver } from './receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from './test-platform.ts';
import { standing } from './test-webhooks.ts';
import { until } from './until.ts';

/** What the tests of the engine of deliveries share; each test has the queue for itself, and ends what it began. */
export type EngineUnderTest = {
  platform: OpenPlatform;
  organization: TestOrganization;
  /** Runs the engine until the test ends; it looks for work twenty times a second. */
  run: (options?: Parameters<typeof runDeliveries>[1]) => RunningDeliveries;
  receive: (answer?: Answer) => Promise<Receiver>;
  /** What has been stopped in the test already. */
  forget: (running: RunningDeliveries) => void;
  /** Resolves when nothing of a webhook is pending any more. */
  ended: (webhookId: string) => Promise<unknown>;
};

/** Called once in a test file. What it gives can be used from the first test on. */
export function engineUnderTest(): EngineUnderTest {
  let made: Pick<EngineUnderTest, 'platform' | 'organization'> | undefined;
  const opened: (RunningDeliveries | Receiver)[] = [];
  const given = () => {
    if (!made) throw new Error('Only tests have a platform.');
    return made;
  };

  beforeAll(async () => {
    const platform = await createTestPlatform();
    made = { platform, organization: await createTestOrganization(platform) };
  });
  afterEach(async () => {
    for (const one of opened.splice(0).toReversed()) await ('stop' in one ? one.stop() : one.close());
    const { pool } = given().platform;
    await pool.query('delete from delivery_pending');
    await pool.query(`update webhook set deleted_at = now(), sealed_secret = null where deleted_at is null`);
  });
  afterAll(() => given().platform.close());

  return {
    get platform() {
      return given().platform;
    },
    get organization() {
      return given().organization;
    },
    run(options = {}) {
      const running = runDeliveries(given().platform, { sweepMs: 50, ...options });
      opened.push(running);
      return running;
    },
    async receive(answer) {
      const receiver = await startReceiver(answer);
      opened.push(receiver);
      return receiver;
    },
    forget: (running) => void opened.splice(opened.indexOf(running), 1),
    ended: (webhookId) => until('all ended', async () => !('pending' in (await standing(given().platform, webhookId)))),
  };
}
