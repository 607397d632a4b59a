import { z } from 'zod';
import type { CspScope } from '../csp-scope.ts';
import { sendAlert } from './send-alert.ts';

/** No send takes longer than this, so a process that hasn't finished by then has ended. */
export const LONGEST_SEND_MS = 5 * 60_000;

const MOST_ATTEMPTS = 2;
const messageSchema = z.object({ text: z.string(), metadata: z.record(z.string(), z.unknown()) });
const claimedRow = z.array(
  z.object({
    id: z.string(),
    at: z.date(),
    summarized: z.boolean(),
    connector_id: z.string().nullable(),
    message: messageSchema.nullable().catch(null),
  }),
);

/**
 * Takes over alerts whose process ended while sending them. Each is sent once more, by one process, and marked as
 * failed if that is interrupted too. It is unknown whether the first attempt arrived, so a message may arrive twice.
 */
export async function takeOverAlerts(scope: CspScope): Promise<void> {
  const { platform, organization_id } = scope;
  const stale = new Date(Date.now() - LONGEST_SEND_MS);
  await platform.database.cspAlert.updateMany({
    where: { organization_id, state: 'sending', attempts: { gte: MOST_ATTEMPTS }, claimed_at: { lt: stale } },
    data: { state: 'failed', error_message: 'The console was stopped twice while sending this. It is not sent again.' },
  });
  // The condition is the lock: only one of two processes matches the row.
  const rows = claimedRow.parse(
    await platform.database.$queryRaw`
      update csp_alert set attempts = attempts + 1, claimed_at = now()
      where organization_id = ${organization_id} and state = 'sending' and attempts < ${MOST_ATTEMPTS}
        and claimed_at < ${stale}
      returning id, at, summarized, connector_id, message`,
  );
  const messages = Map.groupBy(rows, ({ id, at, summarized }) => (summarized ? at.toISOString() : id));
  for (const together of messages.values()) {
    const ids = together.map(({ id }) => id);
    const message = together.find((row) => row.message !== null)?.message;
    const connectorId = together[0]?.connector_id;
    if (message && connectorId) await sendAlert(scope, connectorId, message, ids, MOST_ATTEMPTS);
    else await fail(scope, ids);
  }
}

/**
 * Neither the message nor the connector is known: the process ended before it started to send, or the connector was
 * deleted.
 */
async function fail({ platform, organization_id }: CspScope, ids: readonly string[]): Promise<void> {
  await platform.database.cspAlert.updateMany({
    where: { id: { in: [...ids] }, organization_id, state: 'sending' },
    data: { state: 'failed', error_message: 'The console was stopped before sending this, and can’t send it again.' },
  });
}
