import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.close());

for (const statement of [
  `UPDATE dataintel.audit_log SET action = 'x'`,
  'DELETE FROM dataintel.audit_log',
  'TRUNCATE dataintel.audit_log',
]) {
  test(`the audit log refuses ${statement}`, async () => {
    await expect(testDatabase.pool.query(statement)).rejects.toThrow('The audit log is append-only');
  });
}
