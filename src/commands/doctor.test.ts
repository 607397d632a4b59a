import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealText } from '#core/signing/sealed-text.ts';
import { checkAuditLog } from '#features/audit-log/check-audit-log.ts';
import { ensurePartitions } from '#features/engine/partitions.ts';
import { recordAudit } from '#platform/audit.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { doctorCommand } from './doctor.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform({ LOG_LEVEL: 'info' });
  platform = { ...platform, log: Object.assign(platform.log, { level: 'silent' }) };
  organization = await createTestOrganization(platform);
  await ensurePartitions(platform);
  await record();
  await checkAuditLog(platform, { full: true });
});
afterAll(() => platform.close());

const doctor = (on = platform) => doctorCommand.prepare({}, [])(on);
const entry = { action: 'thing.changed', target: { type: 'thing', id: 't', name: 'Thing' } };
const record = (on = platform) => inTransaction(on.database, (tx) => recordAudit(tx, organization.scope(), entry));

test('doctor prints what it looked at, one line a finding, and warns of tables that the console owns', async () => {
  const report = await doctor();
  for (const about of [
    'configuration',
    'database',
    'audit tables',
    'audit log',
    'keys',
    'destinations',
    'processes',
    'partitions',
  ])
    expect(report).toMatch(new RegExp(`^(ok|warning) +${about}: `, 'm'));
  expect(report).toMatch(/^warning +audit tables: /m);
  expect(report).not.toContain('failure');
});

describe('doctor fails, and says what to do', () => {
  test('when a running process lacks the key in use', async () => {
    await platform.pool.query(
      `insert into console_process (role, host, pid, key_ids) values ('worker', 'web-7', 4242, array['0000000000000000'])`,
    );
    await expect(doctor()).rejects.toThrow(/^failure +processes: worker on web-7 \(process 4242\) lacks the key/m);
    await platform.pool.query('delete from console_process');
  });

  test('when a stored secret cannot be opened', async () => {
    const id = await organization.connectorId('https://n8n.example.com/webhook/abc123');
    const place = `connector.sealed_secrets:${id}`;
    const sealed = sealText(randomBytes(32), randomBytes(12), '{}', place);
    await platform.pool.query('update connector set sealed_secrets = $1 where id = $2', [sealed, id]);
    await expect(doctor()).rejects.toThrow(`keys: ${place} cannot be decrypted`);
    await platform.pool.query('delete from connector where id = $1', [id]);
  });

  test('when a webhook or a connector has a port that may not be reached, and names each', async () => {
    const webhook = await organization.webhookId();
    await platform.pool.query(`update webhook set target_url = 'https://a.example:5432/' where id = $1`, [webhook]);
    const connector = await organization.connectorId('https://n8n.example.com/webhook/abc123');
    const { secrets, database } = platform;
    const moved = JSON.stringify({ webhook_url: 'https://n8n.example.com:6379/webhook/abc123' });
    await inTransaction(database, async (tx) => {
      const sealed_secrets = await secrets.seal(tx, `connector.sealed_secrets:${connector}`, moved);
      await tx.connector.update({ where: { id: connector }, data: { sealed_secrets } });
    });
    const report = await doctor().catch((error: Error) => error.message);
    expect(report).toContain(
      `failure destinations: webhook ${webhook}: Port 5432 belongs to a protocol other than HTTP`,
    );
    expect(report).toContain(
      `failure destinations: connector ${connector}: Port 6379 belongs to a protocol other than HTTP`,
    );
    expect(report).not.toContain('abc123');
    await platform.pool.query('delete from connector where id = $1', [connector]);
    await platform.pool.query('update webhook set deleted_at = now() where id = $1', [webhook]);
  });

  test('when a trigger that protects the audit log is disabled', async () => {
    await platform.pool.query('alter table dataintel.audit_chain disable trigger audit_chain_is_append_only');
    await expect(doctor()).rejects.toThrow(
      /^failure +audit tables: dataintel.audit_chain .*audit_chain_is_append_only/m,
    );
    await platform.pool.query('alter table dataintel.audit_chain enable always trigger audit_chain_is_append_only');
  });

  test('when the partitions of today are missing', async () => {
    const { rows } = await platform.pool.query<{ name: string }>(
      `select 'attempt_' || to_char(now() at time zone 'UTC', 'YYYYMMDD') as name`,
    );
    await platform.pool.query(`drop table "partition".${rows[0]?.name}`);
    await expect(doctor()).rejects.toThrow(`partitions: ${rows[0]?.name} is missing`);
    await ensurePartitions(platform);
  });

  test('when a check found the audit log altered', async () => {
    await platform.pool.query(`update audit_check set broken = 'link 1 is missing' where organization_id = $1`, [
      organization.id,
    ]);
    await expect(doctor()).rejects.toThrow(`audit log: the organization ${organization.id}: link 1 is missing`);
    await platform.pool.query('update audit_check set broken = null');
  });
});

test('with the documented statements the audit tables belong to another role: the console adds entries, and can neither change them nor what protects them', async () => {
  const [role, owner] = [
    `console_${organization.id.replaceAll('-', '')}`,
    `audit_${organization.id.replaceAll('-', '')}`,
  ];
  const [, sql = ''] = /```sql\n([\s\S]*?)```/.exec(await readFile('docs/audit-log.md', 'utf8')) ?? [];
  // A console's role owns what its migrations made, and the database.
  await platform.pool.query(`create role ${role} login password 'a-password-of-tests';
    do $$ declare one record; begin
      for one in select format('alter table %I.%I owner to ${role}', schemaname, tablename) as words from pg_tables
        where schemaname in ('public', 'dataintel', 'partition') loop execute one.words; end loop;
      for one in select format('alter function %s owner to ${role}', p.oid::regprocedure) as words
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'dataintel')
        loop execute one.words; end loop;
      for one in select format('alter schema %I owner to ${role}', nspname) as words from pg_namespace
        where nspname in ('public', 'dataintel', 'partition') loop execute one.words; end loop;
      execute format('alter database %I owner to ${role}', current_database());
    end $$`);
  await platform.pool.query(sql.replaceAll('honeyframe_audit', owner).replace(/\bhoneyframe\b/g, role));
  const url = new URL(platform.config.databaseUrl ?? '');
  url.username = role;
  url.password = 'a-password-of-tests';
  const { close, ...own } = openDatabase(url.href, { poolSize: 3 });
  const asConsole = { ...platform, ...own };
  try {
    const links = async () => (await own.pool.query('select from dataintel.audit_chain')).rowCount ?? 0;
    const before = await links();
    await record(asConsole);
    expect(await links()).toBe(before + 1);
    for (const forbidden of [
      `delete from dataintel.audit_log`,
      `update dataintel.audit_log set actor_name = 'Nobody'`,
      `truncate dataintel.audit_chain`,
      `delete from dataintel.audit_chain`,
      `insert into dataintel.audit_chain (organization_id, position, audit_id, hash) values ('x', 1, uuidv7(), '')`,
      `alter table dataintel.audit_log disable trigger user`,
      `alter table dataintel.audit_chain disable trigger user`,
      `drop trigger audit_log_is_chained on dataintel.audit_log`,
      `drop table dataintel.audit_chain`,
      `drop schema dataintel cascade`,
      `set role ${owner}`,
      `create or replace function dataintel.refuse_audit_log_change() returns trigger language plpgsql as 'begin return null; end'`,
      `create or replace function dataintel.chain_new_audit_row() returns trigger language plpgsql as 'begin return null; end'`,
    ])
      await expect(own.pool.query(forbidden), forbidden).rejects.toMatchObject({ code: '42501' });
    const report = await doctor(asConsole);
    expect(report.match(/^ok +audit tables: dataintel\.audit_(log|chain) belongs to audit_/gm)).toHaveLength(2);
    // Half of it is no protection, and doctor says so.
    await platform.pool.query(`grant delete on dataintel.audit_log to ${role}`);
    await expect(doctor(asConsole)).rejects.toThrow(
      /^failure +audit tables: dataintel.audit_log belongs to .* may still change it/m,
    );
  } finally {
    await close();
    await platform.pool.query(`
      do $$ begin execute format('alter database %I owner to current_user', current_database()); end $$;
      reassign owned by ${role}, ${owner} to current_user; drop owned by ${role}, ${owner}; drop role ${role}, ${owner}`);
  }
});
