import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { findConnectorType } from './registry.ts';
import { toSend } from './send-row.ts';

type SendFilters = { id: string; source?: string | undefined; ok?: boolean | undefined };

/**
 * @param showsBodies whether the caller may see what messages say
 * @throws Refusal NOT_FOUND when the connector is not the organization's.
 */
export async function listSends(
  scope: Scope,
  { id, limit, cursor, source, ok }: Page & SendFilters,
  showsBodies = true,
) {
  const { database } = scope.platform;
  const mine = { id, organization_id: scope.organization_id };
  const connector = await database.connector.findFirst({ where: mine, select: { type: true } });
  if (!connector) throw notFound('connector');
  const type = findConnectorType(connector.type);
  const rows = await scope.platform.read(scope.organization_id, (reading) =>
    reading.connectorSend.findMany({
      where: {
        connector_id: id,
        organization_id: scope.organization_id,
        ...(source === undefined ? {} : { source }),
        ...(ok === undefined ? {} : { ok }),
        ...(cursor ? { id: { lt: cursor } } : {}),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
      include: { statuses: true },
    }),
  );
  return page(
    rows.map((row) => toSend(row, type, showsBodies)),
    limit,
  );
}
