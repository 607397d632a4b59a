import { afterAll, beforeAll, expect, test } from 'vitest';
import { eraseEventData } from '#features/events/erase-event-data.ts';
import { disableFailing } from '#features/webhooks/disable-webhook.ts';
import { pauseWebhook } from '#features/webhooks/pause-webhook.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, subscribe } from '#testing/test-webhooks.ts';
import { explainEvent } from './explain-event.ts';

const URL = 'http://127.0.0.1:4/hooks';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

test('of every reason for which a webhook did not get an event, the one that applies is given', async () => {
  const scope = organization.scope();
  const taking = await subscribe(organization, URL);
  const paused = await subscribe(organization, URL);
  await pauseWebhook(scope, paused.id);
  const otherType = await subscribe(organization, URL, { event_type: 'dashboard.*' });
  const filtering = await subscribe(organization, URL, { filter: { n: { gt: 100 } } });
  const disabled = await subscribe(organization, URL);
  await platform.pool.query(
    `update lane set consecutive_failures = 10, failing_since = now() - interval '24 hours' where webhook_id = $1`,
    [disabled.id],
  );
  await disableFailing(platform, disabled.id);
  const changed = await subscribe(organization, URL, { event_type: 'dashboard.*' });
  const [event_id = ''] = await publishRow(organization, 1);
  await platform.pool.query(`update webhook set event_type = '{*}' where id = $1`, [changed.id]);
  const later = await subscribe(organization, URL);
  const reasonOf = async ({ id }: { id: string }) => (await explainEvent(scope, { id, event_id })).reason;
  expect(await reasonOf(taking)).toBe('delivery');
  expect(await reasonOf(paused)).toBe('paused');
  expect(await reasonOf(otherType)).toBe('event_type');
  expect(await reasonOf(filtering)).toBe('filter');
  expect(await reasonOf(disabled)).toBe('disabled');
  expect(await reasonOf(changed)).toBe('not_at_the_time');
  expect(await reasonOf(later)).toBe('created_later');
  await eraseEventData(scope, event_id);
  expect(await reasonOf(filtering)).toBe('erased');
});
