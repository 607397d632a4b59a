import { z } from 'zod';
import { versionOf } from '#platform/postgres/field-versions.ts';
import type { Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { openConfig } from './open-config.ts';
import { findConnectorType } from './registry.ts';
import type { connectorSchema } from './schema.ts';
import { maskConfig, settingsOf } from './secret-config.ts';
import { selectConnectors } from './select-connectors.ts';
import { toSend } from './send-row.ts';

export type Connector = z.input<typeof connectorSchema>;

type Page = { limit: number; cursor?: string | undefined };
export type ConnectorFilters = {
  search?: string | undefined;
  type?: string | undefined;
  enabled?: boolean | undefined;
};

/** @throws Refusal NOT_FOUND */
export async function getConnector(scope: Scope, id: string): Promise<Connector> {
  const [row] = await selectConnectors(scope, { id, limit: 1 });
  if (!row) throw notFound('connector');
  return toConnector(scope, row);
}

export async function listConnectors(scope: Scope, { limit, cursor, ...filters }: Page & ConnectorFilters) {
  const rows = await selectConnectors(scope, { ...filters, before: cursor, limit: limit + 1 });
  const { items, next_cursor } = page(rows, limit);
  return { items: await Promise.all(items.map((row) => toConnector(scope, row))), next_cursor };
}

type ConnectorRow = Awaited<ReturnType<typeof selectConnectors>>[number];

/** One whose secrets do not open is shown without them, so that the others of the list are shown at all. */
async function toConnector({ platform }: Scope, { sealed_secrets, ...row }: ConnectorRow): Promise<Connector> {
  const version = versionOf(settingsOf({ ...row, sealed_secrets }));
  try {
    const { type, config } = await openConfig(platform.secrets, { ...row, sealed_secrets });
    return { ...row, version, config: maskConfig(type, config) };
  } catch (error) {
    platform.log.error({ err: error, connector_id: row.id }, 'The secrets of a connector do not open');
    return { ...row, version, config: openPart.parse(row.config) };
  }
}

const openPart = z.record(z.string(), z.unknown());

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
