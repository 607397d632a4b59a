import type { z } from 'zod';
import { findConnectorType } from '#features/connectors/registry.ts';
import { recordAudit } from '#platform/audit.ts';
import { conflict, type Issue, invalid } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction, isUniqueViolation, type Transaction } from '#platform/transaction.ts';
import type { updateAlertSettingsInput } from './alert-schema.ts';
import { type AlertSettings, readAlertSettings } from './alert-settings.ts';

/**
 * Changes what is given of the alert settings and keeps the rest. From the moment they are switched on, what was never
 * seen is new.
 * @throws Refusal VALIDATION for a connector that is not there or takes no alerts, CONFLICT when somebody else changed
 * them at the same time.
 */
export async function updateAlertSettings(scope: Scope, change: z.output<typeof updateAlertSettingsInput>) {
  const { platform, organization_id } = scope;
  const changed = () => conflict('Somebody else changed these settings just now: load them again.', []);
  return inTransaction(platform.database, async (tx) => {
    const { updated_at, ...before } = await readAlertSettings(tx, organization_id);
    const now = new Date();
    const after: AlertSettings = { ...before, ...given(change) };
    if (after.enabled && !before.enabled) after.enabled_at = now;
    await checkConnector(scope, tx, after);
    const data = { ...after, organization_id, updated_at: now };
    const { count } = updated_at
      ? await tx.cspAlertSettings.updateMany({ where: { organization_id, updated_at }, data })
      : await tx.cspAlertSettings.createMany({ data });
    if (count === 0) throw changed();
    await recordAudit(tx, scope, {
      action: 'csp_alerts.updated',
      target: { type: 'csp_alerts', id: organization_id, name: 'CSP alerts' },
      details: given(change),
    });
    return { ...after, updated_at: now };
  }).catch((error: unknown) => {
    throw isUniqueViolation(error) ? changed() : error;
  });
}

/** Without what was left out. */
const given = <Change extends object>(change: Change) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Change]: Exclude<Change[Name], undefined>;
  };

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
  if (!connector) throw refuse('There is no connector with this id: choose another one.');
  if (!takesAlerts(connector.type)) throw refuse('This type of connector takes no alerts: choose another one.');
}

const takesAlerts = (type: string) => findConnectorType(type)?.alertArguments !== undefined;
