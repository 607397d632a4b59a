import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { compileFilter } from '#core/events/event-filter.ts';
import { writeJson } from '#core/json/user-json.ts';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, invalid } from '#platform/trpc/refusal.ts';

/** Publishers keep an organization's filters in memory, so the total size of their texts is limited. */
const MOST_KIBIBYTES_EACH = 512;
const MOST_MEBIBYTES_TOGETHER = 8;

const sizes = z.tuple([z.object({ bytes: z.int() })]);

/**
 * Stores the filter of a webhook with its numbers as they were written, under a new version.
 * @throws Refusal VALIDATION if the filter is too large, CONFLICT if all of the organization's filters together are.
 */
export async function storeFilter(
  tx: Transaction,
  scope: Scope,
  id: string,
  filter: Record<string, unknown> | null,
): Promise<void> {
  if (filter === null) {
    await tx.$executeRaw`update webhook set filter = null, filter_version = null where id = ${id}::uuid`;
    return;
  }
  const source = writeJson(filter);
  if (Buffer.byteLength(source) > MOST_KIBIBYTES_EACH * 1024)
    throw invalid({ path: ['filter'], message: `Must be at most ${MOST_KIBIBYTES_EACH} KiB.` });
  const compiled = compileFilter(filter);
  if (!compiled.ok)
    throw invalid(...compiled.issues.map(({ path, message }) => ({ path: ['filter', ...path], message })));
  await tx.$executeRaw`
    update webhook set filter = ${source}::json, filter_version = ${randomUUID()}::uuid where id = ${id}::uuid`;
  const [{ bytes }] = sizes.parse(
    await tx.$queryRaw`
      select coalesce(sum(octet_length(filter::text)), 0)::int as bytes from webhook
        where organization_id = ${scope.organization_id} and deleted_at is null`,
  );
  if (bytes > MOST_MEBIBYTES_TOGETHER * 1024 * 1024)
    throw conflict(
      `The filters of all your webhooks together are larger than ${MOST_MEBIBYTES_TOGETHER} MiB. Shorten one.`,
      ['filter'],
    );
}

const compared = z.tuple([z.object({ same: z.boolean() })]);

/** Whether a webhook already has this filter. The order of members doesn't matter, and numbers are compared by value. */
export async function isStoredFilter(tx: Transaction, id: string, source: string | null): Promise<boolean> {
  const [{ same }] = compared.parse(
    await tx.$queryRaw`
      select filter::jsonb is not distinct from ${source}::jsonb as same from webhook where id = ${id}::uuid`,
  );
  return same;
}
