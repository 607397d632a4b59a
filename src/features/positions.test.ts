import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { verifyAuditChain } from './audit-log/verify-audit-chain.ts';

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

const AUDIT = `insert into dataintel.audit_log (organization_id, actor_type, actor_id, actor_name, action, target_type,
  target_id, target_name) values ($1, 'system', 's', 'S', 'a.b', 't', 'i', 'n')`;
const RUN = `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name) values ($1, 'r', 'R')`;

test.each([
  ['audit rows', AUDIT, AUDIT],
  ['runs', RUN, RUN],
  ['audit rows and runs', AUDIT, RUN],
])(
  'transactions that write %s of several organizations in opposite orders both commit: neither deadlocks the other',
  async (_what, one, other) => {
    const a = await createTestOrganization(platform);
    const b = await createTestOrganization(platform);
    const { pool } = platform;
    // Whoever commits gets no further than its first lock, until both have begun to commit.
    const gate = await pool.connect();
    const first = await pool.connect();
    const second = await pool.connect();
    try {
      await gate.query('begin');
      for (const { id } of [a, b])
        for (const table of ['audit_log', 'pipeline_runs'])
          await gate.query(`select pg_advisory_xact_lock(hashtextextended('dataintel.${table} ' || $1, 0))`, [id]);
      for (const client of [first, second]) await client.query('begin');
      await first.query(one, [a.id]);
      await first.query(other, [b.id]);
      await second.query(other, [b.id]);
      await second.query(one, [a.id]);
      const committing = [first, second].map((client) => client.query('commit'));
      await until('both wait', async () => {
        const { rowCount } = await gate.query(`select from pg_locks where locktype = 'advisory' and not granted`);
        return rowCount === 2;
      });
      await gate.query('commit');
      await expect(Promise.all(committing)).resolves.toHaveLength(2);
    } finally {
      for (const client of [gate, first, second]) client.release();
    }
    expect((await verifyAuditChain(platform)).filter(({ broken }) => broken !== null)).toEqual([]);
  },
);
