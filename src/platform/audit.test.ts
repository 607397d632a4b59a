import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { recordAudit } from './audit.ts';
import { inTransaction } from './postgres/transaction.ts';

let storage: TestDatabase;
beforeAll(async () => {
  storage = await createTestDatabase();
});
afterAll(() => storage.close());

const scope = {
  organization_id: 'organization',
  actor: { type: 'api_key', id: 'key', name: 'Program' },
  ip: '203.0.113.9',
  user_agent: 'curl',
} as const;
const target = { type: 'connector', id: 'c', name: 'Sales' };

const record = (action: string) => inTransaction(storage.database, (tx) => recordAudit(tx, scope, { action, target }));

describe('the audit log', () => {
  test('says who did what to what, from where, and when', async () => {
    const before = Date.now();
    await inTransaction(storage.database, (tx) =>
      recordAudit(tx, scope, { action: 'connector.created', target, severity: 'security', details: { enabled: true } }),
    );
    const entry = await storage.database.auditLog.findFirstOrThrow({ where: { action: 'connector.created' } });
    expect(entry).toMatchObject({
      organization_id: 'organization',
      actor_type: 'api_key',
      actor_id: 'key',
      actor_name: 'Program',
      action: 'connector.created',
      target_type: 'connector',
      target_id: 'c',
      target_name: 'Sales',
      ip: '203.0.113.9',
      user_agent: 'curl',
      severity: 'security',
      details: { enabled: true },
    });
    expect(Math.abs(entry.at.getTime() - before)).toBeLessThan(60_000);
  });

  test('says "info" and nothing more by default', async () => {
    await record('plain');
    expect(await storage.database.auditLog.findFirst({ where: { action: 'plain' } })).toMatchObject({
      severity: 'info',
      details: {},
    });
  });

  test('keeps nothing of a transaction that was rolled back', async () => {
    const failing = inTransaction(storage.database, async (tx) => {
      await recordAudit(tx, scope, { action: 'undone', target });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await storage.database.auditLog.count({ where: { action: 'undone' } })).toBe(0);
  });

  test.each([
    `update dataintel.audit_log set actor_name = 'Nobody'`,
    `update dataintel.audit_log set action = 'x' where false`,
    'delete from dataintel.audit_log',
    'truncate dataintel.audit_log',
    `set session_replication_role = replica; delete from dataintel.audit_log`,
    `insert into dataintel.audit_log select * from dataintel.audit_log limit 1
       on conflict (id) do update set action = 'x'`,
  ])('is append-only by the database’s own refusal: %s', async (statement) => {
    await record('kept');
    const before = await storage.database.auditLog.count();
    const client = await storage.pool.connect();
    await expect(client.query(statement)).rejects.toThrow(/^The audit log is append-only: \w+ is refused\.$/);
    client.release(true);
    expect(await storage.database.auditLog.count()).toBe(before);
    expect(await storage.database.auditLog.count({ where: { OR: [{ action: 'x' }, { actor_name: 'Nobody' }] } })).toBe(
      0,
    );
  });
});
