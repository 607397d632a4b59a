import type { Platform } from '#platform/scope.ts';

export type StoredEvent = { type: string; data: Record<string, unknown>; timestamp: string; origin: string };

/** The events of an organization, in the order in which they were stored. */
export async function storedEvents({ pool }: Pick<Platform, 'pool'>, organizationId: string): Promise<StoredEvent[]> {
  const { rows } = await pool.query<{ body: string; origin: string }>(
    'select body, origin from event where organization_id = $1 order by id',
    [organizationId],
  );
  return rows.map(({ body, origin }) => ({ ...JSON.parse(body), origin }));
}

export async function countEvents({ pool }: Pick<Platform, 'pool'>, organizationId: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'select count(*)::int as count from event where organization_id = $1',
    [organizationId],
  );
  return rows[0]?.count ?? 0;
}
