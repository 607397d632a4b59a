import { writeJson } from '#core/json/user-json.ts';
import { csvLine } from '#core/text/csv.ts';
import { decodeCursor } from '#core/text/cursor.ts';
import { assertWebhook } from '#features/webhooks/assert-webhook.ts';
import type { Download } from '#platform/http/download.ts';
import { type ExportFormat, exportRows, type RowWriters } from '#platform/http/export-rows.ts';
import type { Scope } from '#platform/scope.ts';
import { type ListedDelivery, listDeliveries } from './list-deliveries.ts';
import { type DeliveryFilters, deliverySchema } from './schema.ts';

type Exported = Omit<ListedDelivery, 'matched_by'>;

const FIELDS = Object.keys(deliverySchema.shape) as (keyof Exported)[];

const pick = (delivery: Exported) => Object.fromEntries(FIELDS.map((field) => [field, delivery[field]]));

const cell = (value: Exported[keyof Exported]) => {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'boolean' ? String(value) : value;
};

const WRITERS: RowWriters<Exported> = {
  ndjson: { head: '', line: (delivery) => `${writeJson(pick(delivery))}\n` },
  csv: { head: csvLine(FIELDS), line: (delivery) => csvLine(FIELDS.map((field) => cell(delivery[field]))) },
};

/**
 * Deliveries as a file, newest first.
 * @throws Refusal NOT_FOUND for a webhook that does not exist.
 */
export async function exportDeliveries(
  scope: Scope,
  { format, ...filters }: DeliveryFilters & { format: ExportFormat },
): Promise<Download> {
  // A download that has begun can only be broken off.
  if (filters.webhook_id) await assertWebhook(scope, filters.webhook_id);
  /** A page of a list may end early, where its search does. */
  async function select({ before, limit }: { before: string | undefined; limit: number }): Promise<Exported[]> {
    const rows: Exported[] = [];
    for (let cursor: string | undefined | null = before; cursor !== null && rows.length < limit; ) {
      const page = await listDeliveries(scope, { ...filters, limit: limit - rows.length, cursor });
      rows.push(...page.items);
      cursor = page.next_cursor === null ? null : decodeCursor(page.next_cursor);
    }
    return rows;
  }
  return exportRows('deliveries', format, WRITERS, select);
}
