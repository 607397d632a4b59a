import type { z } from 'zod';
import type { Scope } from '#platform/scope.ts';
import { invalid } from '#platform/trpc/refusal.ts';
import { exampleMessage } from './alert-message.ts';
import type { testAlertInput } from './alert-schema.ts';
import { readAlertSettings } from './alert-settings.ts';
import { sendMessage } from './send-alert.ts';

/**
 * Sends a test alert through the given connector, or else through the one from the settings.
 * @throws Refusal NOT_FOUND, or VALIDATION if there is no connector or its type can't send alerts.
 */
export async function testAlert(scope: Scope, { connector_id }: z.output<typeof testAlertInput>) {
  const { platform, organization_id } = scope;
  const id = connector_id ?? (await readAlertSettings(platform.database, organization_id)).connector_id;
  if (id === null)
    throw invalid({ path: ['connector_id'], message: 'Choose the connector that alerts are sent through.' });
  const { publicUrl } = platform.config;
  return sendMessage(scope, id, exampleMessage(publicUrl ? `${publicUrl}/csp/alerts` : null), 'test');
}
