import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authenticate } from '#features/auth/authenticate.ts';
import { createResetLink } from '#features/auth/create-reset-link.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  type TestOrganization,
} from '#testing/test-platform.ts';
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
