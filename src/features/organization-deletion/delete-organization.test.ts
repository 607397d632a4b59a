import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runDeliveries } from '#features/engine/run-deliveries.ts';
import { publishEvents } from '#features/events/publish-events.ts';
import { authenticate } from '#features/people/auth/authenticate.ts';
import { createResetLink } from '#features/people/passwords/create-reset-link.ts';
import { createLog } from '#platform/log-files/log.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { startReceiver } from '#testing/receivers.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { deleteOrganization } from './delete-organization.ts';
import { summarizeDeletion } from './summarize-deletion.ts';

let platform: OpenPlatform;
let first: TestOrganization;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  first = await createTestOrganization(platform);
});
afterAll(() => platform.close());
beforeEach(async () => {
  organization = await createTestOrganization(platform);
});

const callerOf = (cookie: string) => authenticate(platform, new Headers({ cookie }));

/** Every row of every table that names an organization, by table. */
async function rowsOf(id: string): Promise<Record<string, number>> {
  const columns = z.array(z.object({ table: z.string(), column: z.string() })).parse(
    (
      await platform.pool.query(`
          select format('%I.%I', n.nspname, c.relname) as "table", quote_ident(a.attname) as "column"
            from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            where a.attname in ('organization_id', 'organizationId') and c.relkind in ('r', 'p') and not c.relispartition
              and n.nspname in ('public', 'dataintel')`)
    ).rows,
  );
  const counts: Record<string, number> = {};
  for (const { table, column } of columns) {
    const { rows } = await platform.pool.query(`select count(*)::int as n from ${table} where ${column} = $1`, [id]);
    const { n } = z.object({ n: z.int() }).parse(rows[0]);
    if (n > 0) counts[table] = n;
  }
  return counts;
}

async function fill(given: TestOrganization) {
  await given.connectorId();
  await given.apiKeyId();
  await given.runId();
  await given.deliveryId();
  await given.invitationId();
  await given.memberId();
}

describe('deleting an organization', () => {
  test('takes everything of its own with it but the audit log, and nothing of another', async () => {
    const other = await createTestOrganization(platform);
    await fill(organization);
    await fill(other);
    const before = await rowsOf(other.id);
    expect(Object.keys(await rowsOf(organization.id)).length).toBeGreaterThan(8);
    const summary = await summarizeDeletion(organization.scope());
    expect(summary).toMatchObject({ members: 2, api_keys: 1, connectors: 1, webhooks: 1, pipeline_runs: 1 });
    expect(summary.pending_deliveries).toBe(1);
    await deleteOrganization(organization.scope(), organization.name);
    expect(Object.keys(await rowsOf(organization.id)).sort()).toEqual(['dataintel.audit_chain', 'dataintel.audit_log']);
    expect(await platform.database.organization.count({ where: { id: organization.id } })).toBe(0);
    expect(await rowsOf(other.id)).toEqual(before);
    const last = await platform.database.auditLog.findFirst({
      where: { organization_id: organization.id },
      orderBy: { id: 'desc' },
    });
    expect(last).toMatchObject({ action: 'organization.deleted', severity: 'security', details: { webhooks: 1 } });
  });

  test('while keys publish in another process and workers deliver leaves nothing behind, and who comes late is refused', async () => {
    await using receiver = await startReceiver((response, { body }) => response.end(body));
    const web = await openPlatform(
      platform.config,
      createLog('silent'),
      String(platform.pool.options.connectionString),
    );
    const engine = runDeliveries(platform, { sweepMs: 50 });
    let isOver = false;
    try {
      await subscribe(organization, receiver.url, { event_type: 'dataset.updated', concurrency: 5 });
      const webhooks = (await platform.database.webhook.findMany({ where: { organization_id: organization.id } })).map(
        ({ id }) => id,
      );
      // Publishers that were let in before, and go on with what they were let in by.
      const scope = { ...organization.scope(), platform: web };
      const refusals: unknown[] = [];
      let accepted = 0;
      const publish = async (place: number) => {
        for (let n = 0; refusals.length < 4 && !isOver; n += 1) {
          const idempotency_key = `late-${place}-${n}`;
          const data = JSON.stringify({ dataset_id: 'd', n });
          const event = { event_type: 'dataset.updated', data, occurred_at: null, idempotency_key };
          try {
            await publishEvents(scope, [event], { origin: 'api', isBatch: false });
            accepted += 1;
          } catch (error) {
            refusals.push(error);
          }
        }
      };
      const publishing = Promise.all([0, 1, 2, 3].map(publish));
      await until('they publish', () => accepted > 20 && receiver.requests.length > 0);
      await deleteOrganization(organization.scope(), organization.name);
      const kept = ['dataintel.audit_chain', 'dataintel.audit_log'];
      expect(Object.keys(await rowsOf(organization.id)).sort()).toEqual(kept);
      await publishing;
      expect(refusals.length).toBeGreaterThanOrEqual(4);
      for (const one of refusals) expect(one).toMatchObject({ code: 'NOT_FOUND' });
      await engine.stop();
      expect(Object.keys(await rowsOf(organization.id)).sort()).toEqual(kept);
      const where = { webhook_id: { in: webhooks } };
      expect(await platform.database.attempt.count({ where })).toBe(0);
    } finally {
      isOver = true;
      await web.close();
    }
  });

  test('ends its keys, mappings and other people first, so that they are ended even if the deletion is interrupted', async () => {
    await fill(organization);
    await createTestUser(platform, organization, 'member');
    await platform.pool.query(
      `create or replace function refuse_delete() returns trigger language plpgsql as $$
        begin raise exception 'interrupted by the test'; end $$;
       create trigger refuse_delete before delete on event for each row execute function refuse_delete()`,
    );
    await expect(deleteOrganization(organization.scope(), organization.name)).rejects.toThrow();
    await platform.pool.query('drop trigger refuse_delete on event');
    const where = { organization_id: organization.id };
    expect(await platform.database.apiKey.count({ where: { ...where, revoked_at: null } })).toBe(0);
    expect(await platform.database.webhook.count({ where: { ...where, deleted_at: null } })).toBe(0);
    expect(await platform.database.invitation.count({ where: { organizationId: organization.id } })).toBe(0);
    await deleteOrganization(organization.scope(), organization.name);
    expect(Object.keys(await rowsOf(organization.id)).sort()).toEqual(['dataintel.audit_chain', 'dataintel.audit_log']);
  });

  test('is not done while a row is left anywhere, also in a table that nobody thought of', async () => {
    await platform.pool.query(
      `create table leftover (organization_id text not null);
       create function keep_leftover() returns trigger language plpgsql as $$ begin return null; end $$;
       create trigger keep_leftover before delete on leftover for each row execute function keep_leftover()`,
    );
    await platform.pool.query('insert into leftover values ($1)', [organization.id]);
    await expect(deleteOrganization(organization.scope(), organization.name)).rejects.toThrow(
      /rows remain in public.leftover/,
    );
    expect(await platform.database.organization.count({ where: { id: organization.id } })).toBe(1);
    await platform.pool.query('drop trigger keep_leftover on leftover');
    await deleteOrganization(organization.scope(), organization.name);
    const { rowCount } = await platform.pool.query('select from leftover');
    expect(rowCount).toBe(0);
    await platform.pool.query('drop table leftover');
    await platform.pool.query('drop function keep_leftover');
  });

  test('takes its name, and changes nothing for another', async () => {
    await fill(organization);
    const before = await rowsOf(organization.id);
    await expect(deleteOrganization(organization.scope(), 'Another')).rejects.toMatchObject({
      issues: [{ path: ['name'] }],
    });
    expect(await rowsOf(organization.id)).toEqual(before);
  });

  test('is refused for the first organization, whose members see the CSP reports', async () => {
    await expect(deleteOrganization(first.scope(), first.name)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('ends the sessions of who is in no other, and moves the others on', async () => {
    const here = await createTestUser(platform, organization, 'owner');
    const both = await createTestUser(platform, organization, 'member');
    await platform.database.member.create({
      data: { organizationId: first.id, userId: both.id, role: 'member' },
    });
    // A link that an admin made before the person was in another organization as well.
    await createResetLink(platform, both.email, { type: 'system', id: 'cli', name: 'Command line' });
    await deleteOrganization(organization.scope(), organization.name);
    expect(await callerOf(here.cookie)).toEqual({ kind: 'nobody' });
    expect(await callerOf(both.cookie)).toMatchObject({ organization_id: first.id });
    expect(await platform.database.verification.count({ where: { userId: both.id } })).toBe(0);
  });
});
