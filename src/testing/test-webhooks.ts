import type { z } from 'zod';
import { publishEvents } from '#features/events/publish-events.ts';
import { createWebhook } from '#features/webhooks/create-webhook.ts';
import { createWebhookInput } from '#features/webhooks/schema.ts';
import type { Platform } from '#platform/scope.ts';
import type { TestOrganization } from './test-platform.ts';

type Given = Partial<Omit<z.input<typeof createWebhookInput>, 'target_url'>>;

/** Subscribes a receiver to everything, unless told. */
export const subscribe = (organization: TestOrganization, target_url: string, given: Given = {}) =>
  createWebhook(organization.scope(), createWebhookInput.parse({ event_type: '*', target_url, ...given }));

/** Publishes events of which each has its place in the row as `n`. @returns their ids. */
export async function publishRow(
  organization: TestOrganization,
  count: number,
  from = 0,
  more = {},
): Promise<string[]> {
  const events = Array.from({ length: count }, (_, index) => ({
    event_type: 'dataset.updated',
    data: JSON.stringify({ dataset_id: 'dataset-4', n: from + index, ...more }),
    occurred_at: null,
    idempotency_key: null,
  }));
  return (await publishEvents(organization.scope(), events, { origin: 'api', isBatch: true })).map(({ id }) => id);
}

/** How the deliveries of a webhook stand. */
export async function standing({ pool }: Platform, webhook_id: string): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ status: string; count: number }>(
    `select status, count(*)::int as count from (
        select 'pending' as status from delivery_pending where webhook_id = $1
        union all select status from delivery where webhook_id = $1) d group by status`,
    [webhook_id],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

type StoredAttempt = {
  delivery_id: string;
  number: number;
  outcome: string;
  status: number | null;
  error_code: string | null;
  error_message: string | null;
  started_at: Date;
  next_attempt_at: Date | null;
  request_headers: string;
  response_body: string | null;
  response_truncated: boolean;
  remote_address: string | null;
  total_ms: number;
};

/** A webhook's attempts, oldest first. */
export async function attemptsOf({ pool }: Platform, webhook_id: string): Promise<StoredAttempt[]> {
  const { rows } = await pool.query<StoredAttempt>('select * from attempt where webhook_id = $1 order by id', [
    webhook_id,
  ]);
  return rows;
}
