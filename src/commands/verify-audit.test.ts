import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAudit } from '#platform/audit.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { verifyAuditCommand } from './verify-audit.ts';

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());

test('a row that was changed fails the command, which says whose chain breaks where', async () => {
  const organization = await createTestOrganization(platform);
  const target = { type: 'thing', id: 't', name: 'Thing' };
  for (const action of ['thing.made', 'thing.changed'])
    await inTransaction(platform.database, (tx) => recordAudit(tx, organization.scope(), { action, target }));
  const verify = verifyAuditCommand.prepare({}, []);
  expect(await verify(platform)).toContain(`${organization.name}: 2 rows, unaltered. The last hash is `);
  await platform.pool.query(
    `alter table dataintel.audit_log disable trigger user;
     update dataintel.audit_log set details = '{"amount": 1}' where action = 'thing.changed';
     alter table dataintel.audit_log enable trigger user`,
  );
  await expect(verify(platform)).rejects.toThrow(
    new RegExp(`${organization.name}: BROKEN: the row \\S+ \\(link 2\\) was changed\\. The 1 row before`),
  );
});
