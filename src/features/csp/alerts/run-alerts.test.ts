import { expect, test } from 'vitest';
import { createCspConsole } from '#testing/csp/console.ts';
import { startReceiver } from '#testing/receivers.ts';
import { until } from '#testing/until.ts';
import { startAlerts } from './run-alerts.ts';
import { updateAlertSettings } from './update-alert-settings.ts';

test('new groups cause alerts while the console runs, until it ends', async () => {
  await using receiver = await startReceiver();
  const { platform, organization, report, close } = await createCspConsole();
  const connector_id = await organization.connectorId(`${receiver.url}/webhook/abc123`);
  await updateAlertSettings(organization.scope(), { enabled: true, connector_id });
  const running = startAlerts(platform, 20);
  await report({ blocked: 'https://a.example/' }, new Date());
  await until('the first alert is sent', () => receiver.requests.length === 1);
  await report({ blocked: 'https://b.example/' }, new Date());
  await until('the second alert is sent', () => receiver.requests.length === 2);
  await running.stop();
  await until(
    'both are recorded',
    async () => (await platform.database.cspAlert.count({ where: { state: 'sent' } })) === 2,
  );
  await report({ blocked: 'https://c.example/' }, new Date());
  await close();
  expect(receiver.requests).toHaveLength(2);
});

test('a check that fails is followed by another one', async () => {
  await using receiver = await startReceiver();
  const { platform, organization, report, close } = await createCspConsole();
  const connector_id = await organization.connectorId(`${receiver.url}/webhook/abc123`);
  await updateAlertSettings(organization.scope(), { enabled: true, connector_id });
  await platform.pool.query('alter table csp_known_group rename to away');
  const running = startAlerts(platform, 20);
  await report({}, new Date());
  await until('a check has failed', async () => {
    const { rows } = await platform.pool.query(
      'select 1 from pg_stat_database where datname = current_database() and xact_rollback > 0',
    );
    return rows.length > 0;
  });
  await platform.pool.query('alter table away rename to csp_known_group');
  await until('the alert is sent', () => receiver.requests.length === 1);
  await running.stop();
  await close();
});
