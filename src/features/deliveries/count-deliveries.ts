import { z } from 'zod';
import type { Prisma } from '#platform/generated/prisma/client.ts';
import type { Scope } from '#platform/scope.ts';
import { countFound, findDeliveries } from './find-deliveries.ts';
import type { Delivery } from './row.ts';
import type { DeliveryFilters } from './schema.ts';

/** Counting stops here. Pages show "5,000+". */
export const MOST_COUNTED = 5_000;
/** As many new deliveries are counted at most while a list stands still. */
const MOST_NEW = 1_000;

const count = z.int();

export const deliveryCounts = z
  .object({ pending: count, retrying: count, delivered: count, failed: count, cancelled: count })
  .nullable();

const STATES: Record<keyof NonNullable<z.infer<typeof deliveryCounts>>, DeliveryStates> = {
  pending: { status: 'pending', retrying: false },
  retrying: { status: 'pending', retrying: true },
  delivered: { status: 'delivered', retrying: undefined },
  failed: { status: 'failed', retrying: undefined },
  cancelled: { status: 'cancelled', retrying: undefined },
};

type DeliveryStates = Pick<DeliveryFilters, 'status' | 'retrying'>;

/**
 * How many deliveries the filters leave in each state, whatever state they name themselves, up to 5,000. Pending ones are
 * those that nothing was tried for yet. Null for searches, which are not counted.
 */
export async function countDeliveries(
  { platform, organization_id }: Scope,
  filters: DeliveryFilters,
): Promise<z.infer<typeof deliveryCounts>> {
  if (!isCountable(filters)) return null;
  return platform.read(organization_id, async (database) => {
    const ask = (statement: Prisma.Sql) => database.$queryRaw`${statement}`;
    const counted: [string, number][] = [];
    for (const [name, state] of Object.entries(STATES))
      counted.push([name, await countFound(ask, { ...filters, ...state, organization_id, limit: MOST_COUNTED })]);
    return deliveryCounts.parse(Object.fromEntries(counted));
  });
}

const isCountable = ({ search, around, payload_contains }: DeliveryFilters): boolean =>
  search === undefined && around === undefined && payload_contains === undefined;

/**
 * The current rows of deliveries that a page shows, and how many newer ones its filters would let through: a live list
 * changes its rows in place and does not move them.
 * @param ids at most 200.
 * @param newer_than the newest id that the page knows; null counts none.
 */
export async function latestDeliveries(
  { platform, organization_id }: Scope,
  ids: readonly string[],
  newer_than: string | null,
  filters: DeliveryFilters,
): Promise<{ items: Delivery[]; newer: number }> {
  return platform.read(organization_id, async (database) => {
    const ask = (statement: Prisma.Sql) => database.$queryRaw`${statement}`;
    const { rows } =
      ids.length === 0 ? { rows: [] } : await findDeliveries(ask, { organization_id, ids, limit: ids.length });
    const newer =
      newer_than === null || !isCountable(filters)
        ? 0
        : await countFound(ask, { ...filters, organization_id, after: newer_than, limit: MOST_NEW });
    return { items: rows, newer };
  });
}
