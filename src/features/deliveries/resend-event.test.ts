import { afterAll, beforeAll, expect, test } from 'vitest';
import { eraseEventData } from '#features/events/erase-event-data.ts';
import { deleteWebhook } from '#features/webhooks/delete-webhook.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { resendEvent } from './resend-event.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let first: string;
let second: string;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  first = (await subscribe(organization, 'http://127.0.0.1:4/first')).id;
  second = (await subscribe(organization, 'http://127.0.0.1:4/second')).id;
});

afterAll(() => platform.close());

/** An event whose deliveries have all ended. */
async function endedEvent(): Promise<string> {
  const [id = ''] = await publishRow(organization, 1);
  await platform.pool.query(
    `with gone as (delete from delivery_pending where event_id = $1 returning *)
     insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status,
         attempt_count, last_status, deadline_at)
       select id, organization_id, webhook_id, event_id, event_type, origin, created_at, 'delivered', 1, 200, now()
         from gone`,
    [id],
  );
  return id;
}

const audits = async () => {
  const { rows } = await platform.pool.query<{ count: number }>(
    `select count(*)::int as count from dataintel.audit_log where action = 'delivery.retried'`,
  );
  return rows[0]?.count ?? 0;
};

const pending = async (webhook_id: string) => (await standing(platform, webhook_id)).pending ?? 0;

test('an event is sent again to all its webhooks, each with an audit row, and not twice by a second call', async () => {
  const id = await endedEvent();
  const before = await audits();
  const sent = await resendEvent(organization.scope(), { id });
  expect(new Set(sent.map(({ webhook_id }) => webhook_id))).toEqual(new Set([first, second]));
  expect(sent.map(({ retry }) => retry)).toEqual(['new_delivery', 'new_delivery']);
  expect([await pending(first), await pending(second)]).toEqual([1, 1]);
  expect(await audits()).toBe(before + 2);
  const again = await resendEvent(organization.scope(), { id });
  expect(again.map(({ retry }) => retry)).toEqual(['already_due', 'already_due']);
  expect(new Set(again.map(({ delivery_id }) => delivery_id))).toEqual(
    new Set(sent.map(({ delivery_id }) => delivery_id)),
  );
  expect([await pending(first), await pending(second)]).toEqual([1, 1]);
  expect(await audits()).toBe(before + 2);
});

test('an event is sent again to the webhooks that are named, and to no other', async () => {
  const id = await endedEvent();
  const before = [await pending(first), await pending(second)];
  expect(await resendEvent(organization.scope(), { id, webhook_ids: [second] })).toMatchObject([
    { webhook_id: second },
  ]);
  expect([await pending(first), await pending(second)]).toEqual([before[0], (before[1] ?? 0) + 1]);
});

test('a webhook without a delivery of the event, an erased payload, and an event of another organization are refused, and nothing is sent', async () => {
  const id = await endedEvent();
  const later = (await subscribe(organization, 'http://127.0.0.1:4/later')).id;
  const before = [await pending(first), await pending(second)];
  const scope = organization.scope();
  await expect(resendEvent(scope, { id, webhook_ids: [first, later] })).rejects.toThrow('has no delivery of the event');
  const other = await createTestOrganization(platform);
  await expect(resendEvent(other.scope(), { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await eraseEventData(scope, id);
  await expect(resendEvent(scope, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
  expect([await pending(first), await pending(second)]).toEqual(before);
  await deleteWebhook(scope, later);
});

test('a disabled webhook is reported with the reason and does not stop the others', async () => {
  const id = await endedEvent();
  await platform.pool.query(
    `update webhook set status = 'disabled', disabled_reason = 'gone', disabled_at = now() where id = $1`,
    [first],
  );
  const sent = await resendEvent(organization.scope(), { id });
  expect(sent.find(({ webhook_id }) => webhook_id === first)).toMatchObject({
    retry: null,
    message: expect.stringContaining('disabled'),
  });
  expect(sent.find(({ webhook_id }) => webhook_id === second)).toMatchObject({ retry: 'new_delivery' });
});
