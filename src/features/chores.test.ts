import { PgBoss } from 'pg-boss';
import { expect, test } from 'vitest';
import { startChores } from '#platform/chores.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { chores } from './chores.ts';

test('every chore runs on PostgreSQL, and what is too old goes from the log of sends', async () => {
  const platform = await createTestPlatform({ RETENTION_DAYS: '7' });
  const organization = await createTestOrganization(platform);
  const send = {
    organization_id: organization.id,
    connector_id: await organization.connectorId(),
    source: 'test',
    action: 'send_message',
    actor_type: 'user',
    actor_id: 'u',
    actor_name: 'Ada',
    ok: true,
    duration_ms: 1,
  };
  const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000);
  await platform.database.connectorSend.createMany({ data: [{ ...send, at: eightDaysAgo }, send] });

  const running = await startChores(platform, chores, { pollingIntervalSeconds: 1 });
  const boss = new PgBoss({
    db: { executeSql: (text, values) => platform.pool.query(text, values) },
    schema: 'pgboss',
    schedule: false,
    supervise: false,
  });
  await boss.start();
  for (const { name } of chores) await boss.send(name);
  await until('every chore is done', async () => {
    const { rows } = await platform.pool.query(`select distinct name from pgboss.job where state = 'completed'`);
    return chores.every(({ name }) => rows.some((row) => row.name === name));
  });
  expect(await platform.database.connectorSend.count()).toBe(1);

  await boss.stop();
  await running.stop();
  await platform.close();
});
