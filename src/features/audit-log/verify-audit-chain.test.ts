import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordAudit } from '#platform/audit.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { verifyAuditChain } from './verify-audit-chain.ts';

let platform: OpenPlatform;
let mine: TestOrganization;
let theirs: TestOrganization;
beforeEach(async () => {
  platform = await createTestPlatform();
  mine = await createTestOrganization(platform);
  theirs = await createTestOrganization(platform);
});
afterEach(() => platform.close());

const target = { type: 'thing', id: 't', name: 'Thing' };
const record = (organization: TestOrganization, action = 'thing.changed') =>
  inTransaction(platform.database, (tx) =>
    recordAudit(tx, organization.scope(), { action, target, details: { b: 1.5, a: [null, 'é', { z: '"' }] } }),
  );
const verdictOn = async ({ id }: TestOrganization) =>
  (await verifyAuditChain(platform)).find(({ organization }) => organization?.id === id);

/** What somebody can do who owns the database. */
const tamper = (table: string, statement: string) =>
  platform.pool.query(
    `alter table dataintel.${table} disable trigger user; ${statement}; alter table dataintel.${table} enable trigger user`,
  );

describe('the hash chain of the audit log', () => {
  test('holds under many writers at once, one chain for each organization', async () => {
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => record(index % 4 === 0 ? theirs : mine, `thing.changed_${index}`)),
    );
    await inTransaction(platform.database, (tx) =>
      recordAudit(tx, { ...mine.scope(), organization_id: null }, { action: 'installation.changed', target }),
    );
    expect(await verdictOn(mine)).toMatchObject({ rows: 150, broken: null });
    expect(await verdictOn(theirs)).toMatchObject({ rows: 50, broken: null });
    expect((await verifyAuditChain(platform)).filter(({ organization }) => organization === null)).toMatchObject([
      { rows: 1, broken: null },
    ]);
  });

  test('has the rows of one transaction in their order, and none of one that was rolled back', async () => {
    await inTransaction(platform.database, async (tx) => {
      for (const action of ['a.first', 'a.second', 'a.third']) await recordAudit(tx, mine.scope(), { action, target });
    });
    await inTransaction(platform.database, async (tx) => {
      await recordAudit(tx, mine.scope(), { action: 'a.undone', target });
      throw new Error('changed my mind');
    }).catch(() => {});
    await record(mine, 'a.fourth');
    const { rows } = await platform.pool.query(
      'select a.action from dataintel.audit_chain c join dataintel.audit_log a on a.id = c.audit_id where c.organization_id = $1 order by c.position',
      [mine.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['a.first', 'a.second', 'a.third', 'a.fourth']);
    expect(await verdictOn(mine)).toMatchObject({ rows: 4, broken: null });
  });

  test('goes on when the platform writes by itself, with no rights but to add rows', async () => {
    const role = `platform_${mine.id.replaceAll('-', '')}`;
    await platform.pool.query(`create role ${role}; grant usage on schema dataintel to ${role};
      grant insert on dataintel.audit_log to ${role}; grant insert, select, update on dataintel.pipeline_runs to ${role}`);
    const writer = await platform.pool.connect();
    try {
      await writer.query(`set role ${role};
        insert into dataintel.audit_log (organization_id, actor_type, actor_id, actor_name, action, target_type, target_id, target_name)
        values ('${mine.id}', 'user', 'u', 'U', 'dataset.updated', 'dataset', 'd', 'D');
        insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name) values ('${mine.id}', 'r', 'R');
        update dataintel.pipeline_runs set status = 'running'`);
      await writer.query('reset role');
    } finally {
      writer.release();
    }
    await platform.pool.query(`drop owned by ${role}; drop role ${role}`);
    expect(await verdictOn(mine)).toMatchObject({ rows: 1, broken: null });
    expect(await platform.database.pipelineRunChange.count()).toBe(2);
  });

  test('makes nobody wait for a transaction that is held open', async () => {
    const held = await platform.pool.connect();
    try {
      // The only other place that may open a transaction is the platform's own; this is somebody else's.
      await held.query(`begin;
        insert into dataintel.audit_log (organization_id, actor_type, actor_id, actor_name, action, target_type, target_id, target_name)
        values ('${mine.id}', 'system', 's', 'S', 'held.open', 't', 't', 't')`);
      await record(mine, 'not.waiting');
      await held.query('commit');
    } finally {
      held.release();
    }
    expect(await verdictOn(mine)).toMatchObject({ rows: 2, broken: null });
  });

  test('shows a row that was changed', async () => {
    await record(mine);
    await record(mine, 'thing.deleted');
    await record(mine);
    await tamper('audit_log', `update dataintel.audit_log set actor_name = 'Nobody' where action = 'thing.deleted'`);
    expect(await verdictOn(mine)).toMatchObject({
      rows: 1,
      broken: expect.stringMatching(/^the row [0-9a-f-]{36} \(link 2\) was changed$/),
    });
  });

  test('shows a row that was taken out, with its link or without it', async () => {
    await record(mine);
    await record(mine, 'thing.deleted');
    await record(mine);
    await tamper('audit_log', `delete from dataintel.audit_log where action = 'thing.deleted'`);
    expect(await verdictOn(mine)).toMatchObject({ rows: 1, broken: expect.stringContaining('(link 2) is missing') });
    await tamper('audit_chain', `delete from dataintel.audit_chain where position = 2`);
    expect(await verdictOn(mine)).toMatchObject({ rows: 1, broken: 'link 2 is missing' });
  });

  test('shows a row that was put in beside it', async () => {
    await record(mine);
    await tamper(
      'audit_log',
      `insert into dataintel.audit_log (organization_id, actor_type, actor_id, actor_name, action, target_type, target_id, target_name)
       values ('${mine.id}', 'system', 's', 'S', 'put.in', 't', 't', 't')`,
    );
    expect(await verdictOn(mine)).toMatchObject({ rows: 1, broken: expect.stringMatching(/has no link$/) });
  });

  test('cannot be changed by whoever only writes', async () => {
    await record(mine);
    for (const statement of [
      'update dataintel.audit_chain set hash = hash',
      'delete from dataintel.audit_chain',
      'truncate dataintel.audit_chain',
      'set session_replication_role = replica; delete from dataintel.audit_chain',
    ])
      await expect(platform.pool.query(statement), statement).rejects.toMatchObject({ code: '42501' });
  });

  test('a transaction of a stricter isolation fails as one that can be tried again', async () => {
    await record(mine);
    const strict = await platform.pool.connect();
    try {
      await strict.query(`begin isolation level repeatable read; select 1 from dataintel.audit_log`);
      await record(mine);
      await strict.query(
        `insert into dataintel.audit_log (organization_id, actor_type, actor_id, actor_name, action, target_type, target_id, target_name)
         values ('${mine.id}', 'system', 's', 'S', 'strict', 't', 't', 't')`,
      );
      await expect(strict.query('commit')).rejects.toMatchObject({ code: '40001' });
    } finally {
      strict.release();
    }
    expect(await verdictOn(mine)).toMatchObject({ rows: 2, broken: null });
  });
});
