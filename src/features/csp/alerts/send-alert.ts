import { findConnectorType } from '#features/connectors/registry.ts';
import { sendThroughConnector } from '#features/connectors/send-through-connector.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import type { Scope } from '#platform/scope.ts';
import { invalid, notFound, Refusal } from '#platform/trpc/refusal.ts';
import type { AlertMessage } from './alert-message.ts';

/**
 * Sends a message through a connector of the organization, once.
 * @throws Refusal NOT_FOUND, or VALIDATION if its type can't send alerts.
 */
export async function sendMessage(
  scope: Scope,
  connectorId: string,
  { text, metadata }: AlertMessage,
  source: 'alert' | 'test',
) {
  const { platform, organization_id } = scope;
  const connector = await platform.database.connector.findFirst({ where: { id: connectorId, organization_id } });
  if (!connector) throw notFound('connector');
  const input = findConnectorType(connector.type)?.alertArguments?.(text, metadata);
  if (!input)
    throw invalid({ path: ['connector_id'], message: 'Alerts can’t be sent through this type of connector.' });
  return sendThroughConnector(scope, connectorId, input, source);
}

/** Sends an alert and records the result. It runs in the background, so it never throws. */
export async function sendAlert(
  scope: Scope,
  connectorId: string,
  message: AlertMessage,
  alertIds: readonly string[],
  attempt = 1,
): Promise<void> {
  const { database, log } = scope.platform;
  const own = {
    id: { in: [...alertIds] },
    organization_id: scope.organization_id,
    state: 'sending',
    attempts: attempt,
  };
  const outcome = await sendMessage(scope, connectorId, message, 'alert').then(
    (result) => ({ state: result.ok ? 'sent' : 'failed', error_message: result.ok ? null : result.error.message }),
    (error: unknown) => {
      if (!(error instanceof Refusal)) log.error({ err: error, part: 'csp-alerts' }, 'An alert could not be sent');
      const why =
        error instanceof Refusal ? error.message : 'The console failed to send it. The application log has the cause.';
      return { state: 'failed', error_message: why };
    },
  );
  await database.cspAlert.updateMany({
    where: own,
    data: { ...outcome, message: Prisma.DbNull },
  });
}
