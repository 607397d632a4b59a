import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { clockRepairs } from '#features/clock-repairs.ts';
import { takeCall } from '#features/tools/limit-calls.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { startChores } from './chores.ts';
import { watchClock } from './clock-watch.ts';
import type { OpenPlatform } from './open-platform.ts';

const TEN_DAYS_MS = 10 * 86_400_000;

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());
afterEach(() => vi.useRealTimers());

/** The platform with a log that keeps what is said. */
function listening() {
  const said: string[] = [];
  const note = (_: object, text: string) => said.push(text);
  const log = Object.assign(Object.create(platform.log), { warn: note, info: note });
  return { said, platform: { ...platform, log } };
}

/** Moves this process's clock alone: timers and PostgreSQL go on. */
const setProcessClock = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

test("a process whose clock differs from PostgreSQL's says so in one line, and once more when they agree again", async () => {
  const { said, platform: heard } = listening();
  const watch = watchClock(heard, [], 3_600_000);
  await watch.look();
  expect(said).toEqual([]);
  setProcessClock(TEN_DAYS_MS);
  await watch.look();
  await watch.look();
  expect(said).toEqual([expect.stringMatching(/^This process's clock is 86\d{4} s ahead of PostgreSQL's\. Check NTP/)]);
  vi.useRealTimers();
  await watch.look();
  expect(said.slice(1)).toEqual(['This process’s clock agrees with PostgreSQL’s again']);
  await watch.stop();
});

test('a clock that is set back is seen, and what it had put off is repaired then', async () => {
  let repairs = 0;
  const watch = watchClock(
    listening().platform,
    [
      async () => {
        repairs += 1;
      },
    ],
    3_600_000,
  );
  await watch.look();
  const atStart = repairs;
  await watch.look();
  expect(repairs).toBe(atStart);
  setProcessClock(TEN_DAYS_MS);
  await watch.look();
  expect(repairs).toBe(atStart + 1);
  vi.useRealTimers();
  await watch.look();
  expect(repairs).toBe(atStart + 2);
  await watch.stop();
});

test('whoever was locked out by a limit while a clock was ahead may call again once it is set back', async () => {
  const scope = organization.scope({ actor: { type: 'user', id: randomUUID(), name: 'Ada' } });
  setProcessClock(TEN_DAYS_MS);
  for (let call = 0; call < 60; call += 1) await takeCall(scope);
  vi.useRealTimers();
  await expect(takeCall(scope)).rejects.toThrow('More than 60 calls in a minute');
  for (const repair of clockRepairs) await repair(platform);
  await takeCall(scope);
  // A window of today is left alone.
  const { rows } = await platform.pool.query("select from rate_limit where key like 'tool_call:%'");
  for (const repair of clockRepairs) await repair(platform);
  expect((await platform.pool.query("select from rate_limit where key like 'tool_call:%'")).rows).toHaveLength(
    rows.length,
  );
});

test("chores that PostgreSQL's clock has put off while it was ahead run again once it is set back", async () => {
  let runs = 0;
  const chore = { name: 'every-second-of-a-clock', cron: '* * * * *', run: async () => (runs += 1) };
  const first = await startChores(platform, [chore], { pollingIntervalSeconds: 1 });
  await first.stop();
  await platform.pool.query(`update pgboss.version set cron_on = now() + interval '10 days'`);
  await platform.pool.query("update pgboss.queue set maintain_on = now() + interval '10 days'");
  await platform.pool.query(
    "insert into pgboss.job (name, state, created_on, started_on, policy) select name, 'active', now() + interval '10 days', now() + interval '10 days', policy from pgboss.queue where name = $1",
    [chore.name],
  );
  for (const repair of clockRepairs) await repair(platform);
  const { rows } = await platform.pool.query(
    `select (select count(*)::int from pgboss.version where cron_on > now()) as ahead,
       (select count(*)::int from pgboss.queue where maintain_on > now()) as queues,
       (select count(*)::int from pgboss.job where name = $1 and state = 'active') as jobs`,
    [chore.name],
  );
  expect(rows).toEqual([{ ahead: 0, queues: 0, jobs: 0 }]);
  const second = await startChores(platform, [chore], { pollingIntervalSeconds: 1 });
  await platform.pool.query('select pgboss.job_now()').catch(() => {});
  await until('a chore runs', () => runs > 0, 100_000);
  await second.stop();
}, 120_000);
