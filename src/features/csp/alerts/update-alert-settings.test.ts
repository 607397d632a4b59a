import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deleteConnector } from '#features/connectors/delete-connector.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { updateAlertSettingsInput } from './alert-schema.ts';
import { readAlertSettings } from './alert-settings.ts';
import { updateAlertSettings } from './update-alert-settings.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let connectorId: string;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());
beforeEach(async () => {
  organization = await createTestOrganization(platform);
  connectorId = await organization.connectorId();
});

const read = () => readAlertSettings(platform.database, organization.id);
const update = (change: Parameters<typeof updateAlertSettings>[1]) => updateAlertSettings(organization.scope(), change);
const audited = () =>
  platform.database.auditLog.findMany({
    where: { organization_id: organization.id, action: 'csp_alerts.updated' },
    orderBy: { id: 'asc' },
  });

describe('the alert settings', () => {
  test('are off until somebody switches them on, and every change is audited with what was changed', async () => {
    expect(await read()).toMatchObject({ enabled: false, new_groups: true, spikes: true, enabled_at: null });
    await update({ spike_factor: 3 });
    await update({ enabled: true, connector_id: connectorId });
    expect(await read()).toMatchObject({
      enabled: true,
      spike_factor: 3,
      spike_minimum: 100,
      connector_id: connectorId,
    });
    expect(await audited()).toMatchObject([
      { target_id: organization.id, details: { spike_factor: 3 } },
      { target_id: organization.id, details: { enabled: true, connector_id: connectorId } },
    ]);
  });

  test('say since when they are on: as long as they stay on, nothing moves it', async () => {
    const { enabled_at } = await update({ enabled: true, connector_id: connectorId });
    expect(await update({ enabled: true, spike_minimum: 7 })).toMatchObject({ enabled_at });
    await update({ enabled: false });
    const again = await update({ enabled: true });
    expect(again.enabled_at?.getTime()).toBeGreaterThanOrEqual(enabled_at?.getTime() ?? Number.POSITIVE_INFINITY);
    expect(again.enabled_at).not.toBe(enabled_at);
  });

  test('cannot be on without a connector, nor with another organization’s', async () => {
    const other = await createTestOrganization(platform);
    const refused = { code: 'BAD_REQUEST', issues: [{ path: ['connector_id'] }] };
    await expect(update({ enabled: true })).rejects.toMatchObject(refused);
    await expect(update({ connector_id: await other.connectorId() })).rejects.toMatchObject(refused);
    await update({ enabled: true, connector_id: connectorId });
    await expect(update({ connector_id: null })).rejects.toMatchObject(refused);
    expect(await read()).toMatchObject({ connector_id: connectorId });
    expect(await audited()).toHaveLength(1);
  });

  test('outlive their connector, and ask for another one', async () => {
    await update({ enabled: true, connector_id: connectorId });
    await deleteConnector(organization.scope(), connectorId);
    expect(await read()).toMatchObject({ enabled: true, connector_id: null });
    await expect(update({ spikes: false })).rejects.toMatchObject({ issues: [{ path: ['connector_id'] }] });
    await update({ enabled: false });
  });

  test('that two people change at once are changed by one of them, or by one after the other', async () => {
    const changes = await Promise.allSettled([2, 3].map((spike_factor) => update({ spike_factor })));
    const done = changes.filter(({ status }) => status === 'fulfilled').length;
    expect(await audited()).toHaveLength(done);
    for (const change of changes)
      if (change.status === 'rejected') expect(change.reason).toMatchObject({ code: 'CONFLICT' });
  });

  test.each([
    ['spike_factor', 1],
    ['spike_factor', 2.5],
    ['spike_factor', 101],
    ['spike_minimum', 0],
    ['quiet_until', 'tomorrow'],
    ['connector_id', 'the first one'],
    ['enabled', 'yes'],
  ])('refuse %s as %j', (field, value) => {
    expect(updateAlertSettingsInput.safeParse({ [field]: value }).error?.issues[0]?.path).toEqual([field]);
  });
});
