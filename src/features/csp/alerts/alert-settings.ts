import { versionOf } from '#platform/postgres/field-versions.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';

/** Whether and how the organization gets alerts about new violations and spikes. */
export type AlertSettings = {
  enabled: boolean;
  connector_id: string | null;
  new_groups: boolean;
  spikes: boolean;
  spike_factor: number;
  spike_minimum: number;
  /** No alerts are sent until this time, and none later about groups that were new before it. */
  quiet_until: Date | null;
  /** Groups that were seen before this time are not new. */
  enabled_at: Date | null;
};

/** The settings until they are changed. */
const DEFAULTS: AlertSettings = {
  enabled: false,
  connector_id: null,
  new_groups: true,
  spikes: true,
  spike_factor: 5,
  spike_minimum: 100,
  quiet_until: null,
  enabled_at: null,
};

/** The alert settings as the API returns them. */
export async function getAlertSettings(database: Platform['database'], organization_id: string) {
  const { updated_at, ...settings } = await readAlertSettings(database, organization_id);
  return { ...settings, updated_at, version: versionOf(changeable(settings)) };
}

/** The settings that can be changed, from which their version is computed. */
export const changeable = (settings: AlertSettings) => ({
  enabled: settings.enabled,
  connector_id: settings.connector_id,
  new_groups: settings.new_groups,
  spikes: settings.spikes,
  spike_factor: settings.spike_factor,
  spike_minimum: settings.spike_minimum,
  quiet_until: settings.quiet_until,
});

/** @returns the settings with `updated_at`, which is null until they are changed. */
export async function readAlertSettings(
  database: Platform['database'] | Transaction,
  organization_id: string,
): Promise<AlertSettings & { updated_at: Date | null }> {
  const row = await database.cspAlertSettings.findUnique({ where: { organization_id } });
  return row ?? { ...DEFAULTS, updated_at: null };
}
