import { afterAll, beforeAll, expect, test } from 'vitest';
import { appRouter } from '#api/router.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { connectAsPlatform } from '#testing/held-transaction.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

let platform: OpenPlatform;
let greedy: TestOrganization;
let modest: TestOrganization;

beforeAll(async () => {
  platform = await createTestPlatform();
  greedy = await createTestOrganization(platform);
  modest = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const callerOf = ({ id }: TestOrganization) =>
  appRouter.createCaller({
    platform,
    caller: { kind: 'user', id: 'u', name: 'Ada', email: 'a@example.com', organization_id: id, role: 'admin' },
    ip: null,
    user_agent: null,
    host: null,
  });

/** A table, and a list whose statement reads it and nothing that a publish or the list of connectors needs. */
const LISTS: [string, string, (search: string) => Promise<unknown>][] = [
  ['webhooks', 'attempt', (search) => callerOf(greedy).webhooks.list({ search })],
  ['the audit log', 'dataintel.audit_chain', (search) => callerOf(greedy).auditLog.list({ search, order: 'asc' })],
  ['pipeline runs', 'dataintel.pipeline_runs', (search) => callerOf(greedy).pipelineRuns.list({ search })],
];

test.each(LISTS)(
  'while one organization’s slow searches of %s hold all its places, another one publishes and lists, and so does it publish',
  async (_what, table, search) => {
    const blocker = await connectAsPlatform(platform.config.databaseUrl ?? '');
    const order: string[] = [];
    try {
      await blocker.query('begin');
      await blocker.query(`lock table ${table} in access exclusive mode`);
      const slow = Array.from({ length: 40 }, async (_, n) => {
        await search(`word ${n}`).catch(() => undefined);
        order.push('a slow search');
      });
      await until('as many as may are under way', async () => {
        const { rows } = await platform.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows.length === 2;
      });
      await publishRow(modest, 1);
      order.push('the other’s publish');
      await callerOf(modest).connectors.list({ search: 'a' });
      order.push('the other’s list');
      await publishRow(greedy, 1);
      order.push('its own publish');
      await blocker.query('rollback');
      await Promise.all(slow);
      expect(order.slice(0, 3)).toEqual(['the other’s publish', 'the other’s list', 'its own publish']);
      expect(order).toHaveLength(43);
    } finally {
      await blocker.end();
    }
  },
);
