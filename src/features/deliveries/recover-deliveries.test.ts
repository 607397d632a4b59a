import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, subscribe } from '#testing/test-webhooks.ts';
import { recoverDeliveries } from './recover-deliveries.ts';
import { recoverInput } from './schema.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

/** A webhook with deliveries that have ended in each of these ways. No engine runs. */
async function ended(...statuses: string[]): Promise<{ id: string; events: string[] }> {
  const { id } = await subscribe(organization, 'http://127.0.0.1:4/');
  const events = await publishRow(organization, statuses.length);
  for (const [index, event_id] of events.entries()) await end(id, event_id, statuses[index] ?? '');
  return { id, events };
}
const end = (webhook_id: string, event_id: string | undefined, status: string) =>
  platform.pool.query(
    `with ended as (delete from delivery_pending where webhook_id = $1 and event_id = $2 returning *)
      insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status,
          reason, attempt_count, deadline_at, ended_at)
        select id, organization_id, webhook_id, event_id, event_type, origin, created_at, $3,
          case $3 when 'failed' then 'expired' when 'cancelled' then 'disabled' end, 1, now(), now() from ended`,
    [webhook_id, event_id, status],
  );

const recover = (id: string, given = {}) =>
  recoverDeliveries(organization.scope(), recoverInput.parse({ id, since: '2026-01-01T00:00:00Z', ...given }));
const pendingOf = async (id: string) => {
  const { rows } = await platform.pool.query(
    'select event_id::text, origin, organization_id from delivery_pending where webhook_id = $1 order by id',
    [id],
  );
  return rows;
};
const audited = async (id: string) =>
  (await platform.database.auditLog.findMany({ where: { action: 'webhook.recovered', target_id: id } })).map(
    ({ details }) => details,
  );

describe('recovering a webhook', () => {
  test('sends what failed or was cancelled again, oldest first, and not what was delivered, with an audit row', async () => {
    const { id, events } = await ended('failed', 'delivered', 'cancelled');
    expect(await recover(id, { dry_run: true })).toEqual({ count: 2 });
    expect(await pendingOf(id)).toEqual([]);
    expect(await recover(id)).toEqual({ count: 2 });
    const made = { origin: 'manual', organization_id: organization.id };
    expect(await pendingOf(id)).toEqual([
      { event_id: events[0], ...made },
      { event_id: events[2], ...made },
    ]);
    expect(await audited(id)).toMatchObject([{ deliveries: 2, statuses: ['failed', 'cancelled'] }]);
  });

  test('leaves out what is pending already, and is not audited when it finds nothing', async () => {
    const { id } = await ended('failed', 'failed');
    expect(await recover(id)).toEqual({ count: 2 });
    const before = await pendingOf(id);
    expect(await recover(id)).toEqual({ count: 0 });
    expect(await recover(id, { dry_run: true })).toEqual({ count: 0 });
    expect(await pendingOf(id)).toEqual(before);
    expect(await audited(id)).toHaveLength(1);
  });

  test('leaves out what failed and was delivered when it was sent again', async () => {
    const { id, events } = await ended('failed');
    await recover(id);
    await end(id, events[0], 'delivered');
    expect(await recover(id)).toEqual({ count: 0 });
    expect(await pendingOf(id)).toEqual([]);
  });

  test('sends an event once, however often it failed', async () => {
    const { id, events } = await ended('failed');
    await recover(id);
    await end(id, events[0], 'failed');
    expect(await recover(id)).toEqual({ count: 1 });
    expect(await pendingOf(id)).toHaveLength(1);
  });

  test('takes only the statuses and the period that are given', async () => {
    const { id } = await ended('failed', 'cancelled');
    expect(await recover(id, { statuses: ['cancelled'], dry_run: true })).toEqual({ count: 1 });
    expect(await recover(id, { until: '2026-01-02T00:00:00Z' })).toEqual({ count: 0 });
    expect(await recover(id, { since: new Date(Date.now() + 3_600_000).toISOString() })).toEqual({ count: 0 });
    expect(await pendingOf(id)).toEqual([]);
  });

  test('leaves out tests and what has no payload anymore', async () => {
    const { id, events } = await ended('failed', 'failed');
    await platform.pool.query(`update delivery set origin = 'test' where event_id = $1`, [events[0]]);
    await platform.pool.query('update event set body = null, erased_at = now() where id = $1', [events[1]]);
    expect(await recover(id)).toEqual({ count: 0 });
    expect(await pendingOf(id)).toEqual([]);
  });

  test('of another organization, or that is disabled, is refused and changes nothing', async () => {
    const { id } = await ended('failed');
    const other = await createTestOrganization(platform);
    const input = recoverInput.parse({ id, since: '2026-01-01T00:00:00Z' });
    await expect(recoverDeliveries(other.scope(), input)).rejects.toMatchObject({ contractCode: 'NOT_FOUND' });
    await platform.database.webhook.update({
      where: { id },
      data: { status: 'disabled', disabled_reason: 'gone', disabled_at: new Date() },
    });
    await expect(recover(id)).rejects.toMatchObject({ contractCode: 'CONFLICT' });
    expect(await recover(id, { dry_run: true })).toEqual({ count: 1 });
    expect(await pendingOf(id)).toEqual([]);
    expect(await audited(id)).toEqual([]);
  });
});
