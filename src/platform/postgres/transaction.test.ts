import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '#testing/cutting-proxy.ts';
import { startKillablePostgres } from '#testing/killable-postgres.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { applyMigrations } from '../../../prisma/migrate.ts';
import { recordAudit } from '../audit.ts';
import { type Database, openDatabase } from './database.ts';
import { inTransaction } from './transaction.ts';

let storage: TestDatabase;
let proxy: CuttingProxy;
let through: Database;
beforeAll(async () => {
  storage = await createTestDatabase();
  proxy = await startCuttingProxy(storage.connectionString);
  through = openDatabase(proxy.connectionString, { poolSize: 3 });
});
afterAll(async () => {
  await through.close();
  await proxy.close();
  await storage.close();
});

/** Makes an organization of this name, and tells how often it did. */
function making(name: string, { database } = through) {
  const calls = { count: 0 };
  const made = inTransaction(database, async (tx) => {
    calls.count += 1;
    return (await tx.organization.create({ data: { name, slug: name } })).id;
  });
  return { calls, made };
}

const named = (name: string) => storage.database.organization.count({ where: { name } });

describe('when the connection breaks after COMMIT was sent', () => {
  test('a transaction that was committed returns its result, and is not run again', async () => {
    const cut = proxy.cutAt('COMMIT', 'answer');
    const { made, calls } = making('lost-answer');
    await cut;
    expect(await storage.database.organization.findUnique({ where: { id: await made } })).toMatchObject({
      name: 'lost-answer',
    });
    expect([calls.count, await named('lost-answer')]).toEqual([1, 1]);
  });

  test('one whose COMMIT never arrived is an error, and leaves nothing behind, also not an open transaction', async () => {
    const cut = proxy.cutAt('COMMIT', 'request');
    const { made } = making('lost-request');
    await cut;
    await expect(made).rejects.toThrow(/terminated/);
    expect(await named('lost-request')).toBe(0);
    const { rows } = await storage.pool.query(
      `select from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
    );
    expect(rows).toEqual([]);
  });

  test('an error of the database at COMMIT stays that error', async () => {
    await storage.pool.query(`
      create table late (a int unique deferrable initially deferred);
      insert into late values (1)`);
    const work = inTransaction(through.database, (tx) => tx.$executeRaw`insert into late values (1)`);
    await expect(work).rejects.toThrow(/UniqueConstraint/);
  });

  test('what read alone returns what it read', async () => {
    const cut = proxy.cutAt('COMMIT', 'request');
    const read = inTransaction(through.database, (tx) => tx.organization.count({ where: { name: 'nobody' } }));
    await cut;
    expect(await read).toBe(0);
  });
});

test('a server that was killed after the commit is asked for the audit row when it is back', async () => {
  const server = await startKillablePostgres();
  try {
    await applyMigrations(server.connectionString);
    await using front = await startCuttingProxy(server.connectionString);
    const { database, close } = openDatabase(front.connectionString, { poolSize: 2 });
    const scope = {
      organization_id: null,
      actor: { type: 'system', id: 's', name: 'S' },
      ip: null,
      user_agent: null,
    } as const;
    const record = (action: string) =>
      inTransaction(database, async (tx) => {
        await recordAudit(tx, scope, { action, target: { type: 't', id: 'i', name: 'n' } });
        return action;
      });
    for (const [action, lost] of [
      ['kept', 'answer'],
      ['gone', 'request'],
    ] as const) {
      const cut = front.cutAt('COMMIT', lost);
      const recording = record(action).catch(() => 'refused');
      await cut;
      await server.killAndRestart();
      expect(await recording).toBe(lost === 'answer' ? 'kept' : 'refused');
      expect(await database.auditLog.count({ where: { action } })).toBe(lost === 'answer' ? 1 : 0);
    }
    await close();
  } finally {
    await server.stop();
  }
}, 60_000);
