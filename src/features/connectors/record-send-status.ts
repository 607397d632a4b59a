import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

/** A provider's word for a state. */
export const SEND_STATUS = /^[a-z_]{1,40}$/;

type Told = { connector_id: string; provider_id: string; status: string; provider_code: number | null };

const rows = z.array(z.object({ known: z.boolean() }));

/**
 * Records a status that a provider reported for a send. Each status is stored once, however often it is reported.
 * @returns whether the log of sends contains the message.
 */
export async function recordSendStatus(
  { database }: Pick<Platform, 'database'>,
  { connector_id, provider_id, status, provider_code }: Told,
): Promise<boolean> {
  const [row] = rows.parse(
    await database.$queryRaw`
      with found as (
        select id from connector_send
        where connector_id = ${connector_id}::uuid and provider_id = ${provider_id} limit 1
      ), told as (
        insert into connector_send_status (send_id, status, provider_code)
        select id, ${status}, ${provider_code}::int from found
        on conflict (send_id, status) do nothing
      )
      select exists (select from found) as known`,
  );
  return row?.known ?? false;
}
