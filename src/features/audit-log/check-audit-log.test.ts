import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handleRest } from '#api/rest.ts';
import { acceptAuditCommand, verifyAuditCommand } from '#commands/verify-audit.ts';
import { recordAudit } from '#platform/audit.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { acceptAuditLog } from './accept-audit-log.ts';
import { checkAuditLog } from './check-audit-log.ts';
import { getAuditIntegrity } from './get-audit-integrity.ts';

type Line = {
  level: number;
  msg: string;
  audit?: { organization_id: string | null; anchor?: string; broken?: string };
};

let opened: OpenPlatform;
let platform: OpenPlatform;
let mine: TestOrganization;
let theirs: TestOrganization;
let lines: Line[];
beforeEach(async () => {
  opened = await createTestPlatform();
  lines = [];
  const stream = new Writable({
    write(line, _, done) {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  platform = { ...opened, log: pino({ level: 'info' }, stream) };
  mine = await createTestOrganization(platform);
  theirs = await createTestOrganization(platform);
});
afterEach(() => opened.close());

const target = { type: 'thing', id: 't', name: 'Thing' };
const record = (organization: TestOrganization, ...actions: string[]) =>
  inTransaction(platform.database, async (tx) => {
    for (const action of actions) await recordAudit(tx, organization.scope(), { action, target });
  });
const CLI = { type: 'system', id: 'cli', name: 'Command line' } as const;
const check = (full = false) => checkAuditLog(platform, { full });
const integrityOf = (organization: TestOrganization) => getAuditIntegrity(organization.scope({ platform }));
const anchorsOf = ({ id }: TestOrganization) =>
  lines.flatMap(({ audit }) => (audit?.organization_id === id && audit.anchor ? [audit.anchor] : []));
const alterations = (organization: TestOrganization) =>
  platform.database.auditLog.findMany({ where: { organization_id: organization.id, action: 'audit_log.altered' } });

/** What somebody can do who owns the database: the end of a chain goes with its links, and what is left fits together. */
async function cutOff({ id }: TestOrganization, count: number): Promise<void> {
  await platform.pool.query(
    `alter table dataintel.audit_log disable trigger user; alter table dataintel.audit_chain disable trigger user;
     create temporary table cut as select audit_id, position from dataintel.audit_chain
       where organization_id = '${id}' order by position desc limit ${count};
     delete from dataintel.audit_log where id in (select audit_id from cut);
     delete from dataintel.audit_chain where organization_id = '${id}' and position in (select position from cut);
     drop table cut;
     alter table dataintel.audit_log enable trigger user; alter table dataintel.audit_chain enable trigger user`,
  );
}

test('the last hash of each organization goes to the application log: when it has moved, and once a day', async () => {
  await record(mine, 'a.one', 'a.two');
  await record(theirs, 'a.one');
  await check();
  const { anchor } = await integrityOf(mine);
  expect(anchor).toMatch(/^2:[0-9a-f]{64}$/);
  expect([anchorsOf(mine), anchorsOf(theirs)]).toEqual([[anchor], [expect.stringMatching(/^1:/)]]);
  await record(theirs, 'a.two');
  await check();
  expect([anchorsOf(mine).length, anchorsOf(theirs).length]).toEqual([1, 2]);
  await platform.pool.query(`update audit_check set logged_at = now() - interval '25 hours'`);
  await check(true);
  expect(anchorsOf(mine)).toEqual([anchor, anchor]);
});

test('an end that was cut off is noticed by the next check: an error in the log, an entry, and the page', async () => {
  await record(mine, 'a.one', 'a.two', 'a.three');
  await record(theirs, 'a.one');
  await check();
  await cutOff(mine, 2);
  await check();
  expect(await integrityOf(mine)).toMatchObject({
    broken: expect.stringContaining('the end was cut off or replaced: link 3'),
    broken_at: expect.any(Date),
  });
  expect(lines.filter(({ level }) => level === 50)).toMatchObject([
    { msg: 'The audit log was altered', audit: { organization_id: mine.id } },
  ]);
  expect(await alterations(mine)).toMatchObject([{ severity: 'security', actor_id: 'audit-check' }]);
  expect(await integrityOf(theirs)).toMatchObject({ broken: null });
  // New entries take the positions of those that went: the hash tells, and it is noted once.
  await record(mine, 'a.four', 'a.five', 'a.six');
  await check();
  await check(true);
  expect((await integrityOf(mine)).broken).toContain('link 3');
  expect(await alterations(mine)).toHaveLength(1);
});

test('a chain that was deleted whole is noticed', async () => {
  await record(mine, 'a.one', 'a.two');
  await check();
  await cutOff(mine, 2);
  await check();
  expect((await integrityOf(mine)).broken).toContain('link 2');
});

test('the hourly check finds what was changed since the last one, the nightly one all of it', async () => {
  await record(mine, 'a.one', 'a.two');
  await check();
  await record(mine, 'a.three');
  const change = (action: string) =>
    platform.pool.query(
      `alter table dataintel.audit_log disable trigger user;
       update dataintel.audit_log set actor_name = 'Nobody' where action = '${action}';
       alter table dataintel.audit_log enable trigger user`,
    );
  await change('a.one');
  await check();
  expect(await integrityOf(mine)).toMatchObject({ broken: null, verified_at: null });
  await check(true);
  expect(await integrityOf(mine)).toMatchObject({ broken: expect.stringMatching(/link 1\) was changed/) });

  await record(theirs, 'b.one');
  await change('b.one');
  await check();
  expect(await integrityOf(theirs)).toMatchObject({ broken: expect.stringMatching(/link 1\) was changed/) });
});

test('an anchor from the application log proves a cut that took the notes of the checks along', async () => {
  await record(mine, 'a.one', 'a.two');
  await check();
  const [anchor] = anchorsOf(mine);
  const verify = (anchors: string) => verifyAuditCommand.prepare({ anchor: anchors }, [])(platform);
  expect(await verify(`${anchor}`)).toContain('unaltered');
  await cutOff(mine, 1);
  await platform.pool.query('delete from audit_check');
  expect(await verifyAuditCommand.prepare({}, [])(platform)).toContain('unaltered');
  await expect(verify(`${anchor}`)).rejects.toThrow(`no chain has the anchor ${anchor}`);
  expect(() => verifyAuditCommand.prepare({ anchor: '12:abc' }, [])).toThrow('is not an anchor');
});

test('an admin verifies the log from the page or by the API, a member reads the result', async () => {
  await record(mine, 'a.one');
  const call = async (method: string, path: string, key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    const body = method === 'POST' ? { body: '{}' } : {};
    const response = await handleRest(
      platform,
      new Request(`http://localhost:3000${path}`, { method, headers, ...body }),
    );
    return { status: response.status, body: await response.json() };
  };
  const [reader, writer] = [
    await createTestApiKey(mine.scope(), ['read']),
    await createTestApiKey(mine.scope(), ['read', 'write']),
  ];
  expect((await call('POST', '/api/audit-log/verify', reader)).status).toBe(403);
  const verified = await call('POST', '/api/audit-log/verify', writer);
  expect(verified).toMatchObject({ status: 200, body: { broken: null, verified_at: expect.any(String) } });
  expect(await call('GET', '/api/audit-log/integrity', reader)).toEqual(verified);
  await cutOff(mine, 1);
  expect((await call('POST', '/api/audit-log/verify', writer)).body.broken).toContain('cut off');
  // One at a time.
  const held = await platform.pool.connect();
  await held.query('select pg_advisory_lock(hashtextextended($1, 0))', [`audit check ${mine.id}`]);
  expect((await call('POST', '/api/audit-log/verify', writer)).status).toBe(409);
  await held.query('select pg_advisory_unlock_all()');
  held.release();
});

test('after a restore the log is accepted as it is, audited, and checked from there on', async () => {
  await record(mine, 'a.one', 'a.two');
  await check();
  await cutOff(mine, 1);
  await check();
  expect(await acceptAuditLog(platform, CLI, 'Restored from the backup of Monday.')).toMatchObject([
    { organization: mine.name },
  ]);
  const [accepted] = await platform.database.auditLog.findMany({ where: { action: 'audit_log.accepted' } });
  expect(accepted).toMatchObject({ organization_id: mine.id, details: { found: expect.stringContaining('link 2') } });
  await check(true);
  expect(await integrityOf(mine)).toMatchObject({ broken: null });
  await cutOff(mine, 1);
  await check();
  expect((await integrityOf(mine)).broken).toContain('cut off');
});

test('a row altered in the middle is accepted by name and with a reason, in the chain and the application log, and found again when it changes once more', async () => {
  await record(mine, 'a.one', 'a.two', 'a.three', 'a.four', 'a.five');
  const change = (text: string) =>
    platform.pool.query(
      `alter table dataintel.audit_log disable trigger user; ${text}; alter table dataintel.audit_log enable trigger user`,
    );
  const idOf = async (action: string) =>
    (await platform.database.auditLog.findFirstOrThrow({ where: { organization_id: mine.id, action } })).id;
  const [two, four] = [await idOf('a.two'), await idOf('a.four')];
  await change(`update dataintel.audit_log set actor_name = 'Nobody' where id = '${two}'`);
  await change(`delete from dataintel.audit_log where id = '${four}'`);
  const verify = () => verifyAuditCommand.prepare({}, [])(platform);
  await expect(verify()).rejects.toThrow(
    new RegExp(`BROKEN: the row ${two} \\(link 2\\) was changed[^]*the row ${four} \\(link 4\\) is missing`),
  );
  expect(() => acceptAuditCommand.prepare({}, [])).toThrow('--reason');
  const reason = 'Ticket 4711: a support script wrote to the wrong table.';
  expect(await acceptAuditCommand.prepare({ reason }, [])(platform)).toContain(
    `${mine.name}: accepted: the row ${two} (link 2) was changed; the row ${four} (link 4) is missing.`,
  );
  expect(lines.findLast(({ msg }) => msg === 'Alterations of the audit log were accepted')).toMatchObject({
    level: 40,
    audit: {
      organization_id: mine.id,
      reason,
      accepted: [expect.stringContaining(two), expect.stringContaining(four)],
    },
  });
  const [entry] = await platform.database.auditLog.findMany({ where: { action: 'audit_log.accepted' } });
  expect(entry).toMatchObject({ organization_id: mine.id, severity: 'security', actor_id: 'cli', details: { reason } });

  expect(await verify()).toContain(`${mine.name}: 6 rows, unaltered, except 2 accepted alterations.`);
  await check(true);
  expect(await integrityOf(mine)).toMatchObject({
    broken: null,
    accepted: [
      { position: 2, entry_id: two, reason, what: expect.stringContaining('was changed') },
      { position: 4, entry_id: four, reason, what: expect.stringContaining('is missing') },
    ],
  });
  expect(lines.findLast(({ msg }) => msg.includes('were accepted'))).toMatchObject({ audit: { accepted: 2 } });
  expect(await acceptAuditCommand.prepare({ reason }, [])(platform)).toContain('nothing to accept');

  await change(`update dataintel.audit_log set actor_name = 'Somebody' where id = '${two}'`);
  await check(true);
  expect((await integrityOf(mine)).broken).toContain(`the row ${two} (link 2) was changed`);
  await change(`update dataintel.audit_log set actor_name = 'Nobody' where id = '${two}'`);
  // An acceptance that was itself changed accepts nothing.
  await change(`update dataintel.audit_log set actor_name = 'Nobody' where action = 'audit_log.accepted'`);
  await expect(verify()).rejects.toThrow(`BROKEN: the row ${two} (link 2) was changed`);
});
