import { decodeCursor, decodeRankedCursor, encodeRankedCursor } from '#core/text/cursor.ts';
import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { invalid } from '#platform/trpc/refusal.ts';
import { selectWebhooks } from './row.ts';
import type { WEBHOOK_ORDERS, WEBHOOK_STATUSES } from './schema.ts';

type Question = Page & {
  order?: (typeof WEBHOOK_ORDERS)[number] | undefined;
  search?: string | undefined;
  status?: (typeof WEBHOOK_STATUSES)[number] | undefined;
  event_type?: string | undefined;
};

/**
 * A page of webhooks: newest first, or those that need attention first (an unreadable secret, disabled, failing,
 * paused, active; the newest first among equals).
 * @throws Refusal VALIDATION for a cursor of the other order.
 */
export async function listWebhooks(scope: Scope, { limit, cursor, order, ...filters }: Question) {
  if (order !== 'attention') {
    const before = cursor && decodeCursor(cursor);
    if (before === null) throw wrongOrder();
    const found = await selectWebhooks(scope, { ...filters, before, limit: limit + 1 });
    return page(
      found.map(({ webhook }) => webhook),
      limit,
    );
  }
  const after = cursor ? decodeRankedCursor(cursor) : undefined;
  if (after === null) throw wrongOrder();
  const found = await selectWebhooks(scope, { ...filters, after, byAttention: true, limit: limit + 1 });
  const last = found[limit - 1];
  return {
    items: found.slice(0, limit).map(({ webhook }) => webhook),
    next_cursor: found.length > limit && last ? encodeRankedCursor(last.rank, last.webhook.id) : null,
  };
}

const wrongOrder = () =>
  invalid({
    path: ['cursor'],
    message: 'This cursor belongs to the other order. Use that order, or leave the cursor out.',
  });
