import type { z } from 'zod';
import { findConnectorType } from '#features/connectors/registry.ts';
import { recordAudit } from '#platform/audit.ts';
import { assertNotOvertaken, changesOf, orShowCurrent } from '#platform/postgres/field-versions.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { type Issue, invalid } from '#platform/trpc/refusal.ts';
import type { updateAlertSettingsInput } from './alert-schema.ts';
import { type AlertSettings, changeable, getAlertSettings, readAlertSettings } from './alert-settings.ts';

/**
 * Changes the given alert settings and keeps the others. From the moment alerts are turned on, groups that were never
 * seen are new. Values that are already stored are not a change, and nothing is written for them.
 * @throws Refusal VALIDATION for a connector that doesn't exist or can't send alerts; Overtaken if somebody else has
 * changed the same fields since the given version.
 */
export async function updateAlertSettings(
  scope: Scope,
  { version, if_match, ...given }: z.output<typeof updateAlertSettingsInput>,
) {
  const { platform, organization_id } = scope;
  const change = () =>
    inTransaction(platform.database, async (tx) => {
      // Before the settings are first saved, there is no row to lock, so the organization is locked.
      await tx.$queryRaw`select from organization where id = ${organization_id} for no key update`;
      const { updated_at: _, ...before } = await readAlertSettings(tx, organization_id);
      const changes = changesOf(before, given);
      assertNotOvertaken({ version, if_match }, changeable(before), Object.keys(changes));
      if (Object.keys(changes).length === 0) return;
      const now = new Date();
      const after: AlertSettings = { ...before, ...changes };
      if (after.enabled && !before.enabled) after.enabled_at = now;
      await checkConnector(scope, tx, after);
      const data = { ...after, updated_at: now };
      await tx.cspAlertSettings.upsert({
        where: { organization_id },
        create: { ...data, organization_id },
        update: data,
      });
      await recordAudit(tx, scope, {
        action: 'csp_alerts.updated',
        target: { type: 'csp_alerts', id: organization_id, name: 'CSP alerts' },
        details: changes,
      });
    });
  const read = () => getAlertSettings(platform.database, organization_id);
  await orShowCurrent(change, read);
  return read();
}

async function checkConnector(
  { organization_id }: Scope,
  tx: Transaction,
  { enabled, connector_id }: AlertSettings,
): Promise<void> {
  const refuse = (message: string) => invalid({ path: ['connector_id'], message } satisfies Issue);
  if (connector_id === null) {
    if (enabled) throw refuse('Choose the connector that alerts are sent through.');
    return;
  }
  const connector = await tx.connector.findFirst({ where: { id: connector_id, organization_id } });
  if (!connector) throw refuse('There is no connector with this id. Choose another one.');
  if (!takesAlerts(connector.type))
    throw refuse('Alerts can’t be sent through this type of connector. Choose another one.');
}

const takesAlerts = (type: string) => findConnectorType(type)?.alertArguments !== undefined;
