import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSends } from '#features/connectors/list-sends.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { text } from '#testing/receiver-answers.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { listAlerts } from './list-alerts.ts';
import { testAlert } from './test-alert.ts';
import { updateAlertSettings } from './update-alert-settings.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let receiver: Receiver;
beforeAll(async () => {
  platform = await createTestPlatform({ PUBLIC_URL: 'https://console.example.com' });
  organization = await createTestOrganization(platform);
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await platform.close();
});

test('an example goes through the connector that is given, as a test of who asks, and is no alert', async () => {
  const id = await organization.connectorId(`${receiver.url}/webhook/abc123`);
  expect(await testAlert(organization.scope(), { connector_id: id })).toMatchObject({ ok: true, status: 200 });
  expect(JSON.parse(receiver.requests.at(-1)?.body ?? '')).toEqual({
    message: expect.stringMatching(/^This is a test of CSP alerts .*\nhttps:\/\/console\.example\.com\/csp\/alerts$/),
    metadata: { source: 'csp', reason: 'test', url: 'https://console.example.com/csp/alerts' },
  });
  const { items } = await listSends(organization.scope(), { id, limit: 10 });
  expect(items).toMatchObject([{ source: 'test', actor: { type: 'user', name: 'Ada Test' } }]);
  expect((await listAlerts(organization.scope(), { limit: 10 })).items).toEqual([]);
});

test('without one it goes through that of the settings, and a refusal is the result', async () => {
  await expect(testAlert(organization.scope(), {})).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    issues: [{ path: ['connector_id'] }],
  });
  receiver.answerWith(text('no', 500));
  const connector_id = await organization.connectorId(`${receiver.url}/webhook/abc123`);
  await updateAlertSettings(organization.scope(), { connector_id });
  expect(await testAlert(organization.scope(), {})).toMatchObject({ ok: false, error: { code: 'http_error' } });
});

test('through another organization’s connector nothing goes', async () => {
  const other = await createTestOrganization(platform);
  const connector_id = await other.connectorId(`${receiver.url}/webhook/abc123`);
  const before = receiver.requests.length;
  await expect(testAlert(organization.scope(), { connector_id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(receiver.requests).toHaveLength(before);
});
