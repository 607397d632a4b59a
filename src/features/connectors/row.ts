import { z } from 'zod';
import { likePattern } from '#core/text/like-pattern.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import { versionOf } from '#platform/postgres/field-versions.ts';
import type { Scope } from '#platform/scope.ts';
import { SEND_ERROR_CODES } from './connector-type.ts';
import { openConfig } from './open-config.ts';
import type { connectorSchema } from './schema.ts';
import { maskConfig, settingsOf } from './secret-config.ts';

const connectorRows = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    enabled: z.boolean(),
    config: z.unknown(),
    sealed_secrets: z.string(),
    created_at: z.date(),
    updated_at: z.date(),
    last_send: z
      .object({
        id: z.string(),
        at: z.coerce.date(),
        ok: z.boolean(),
        status: z.int().nullable(),
        error_code: z.enum(SEND_ERROR_CODES).nullable(),
        duration_ms: z.int(),
      })
      .nullable(),
  }),
);

type Filters = {
  before?: string | undefined;
  search?: string | undefined;
  type?: string | undefined;
  enabled?: boolean | undefined;
  limit: number;
};

const COLUMNS = `c.id, c.name, c.type, c.enabled, c.config, c.sealed_secrets, c.created_at, c.updated_at,
       to_jsonb(s) as last_send
from connector c
left join lateral (
  select id, at, ok, status, error_code, duration_ms
  from connector_send where connector_id = c.id order by id desc limit 1
) s on true`;

/** One connector of the organization, by one prepared statement: what programs and agents read most. */
export async function selectConnector({ platform, organization_id }: Scope, id: string) {
  const { rows } = await platform.pool.query({
    name: 'connector_by_id',
    text: `select ${COLUMNS} where c.organization_id = $1 and c.id = $2`,
    values: [organization_id, id],
  });
  return connectorRows.parse(rows)[0];
}

const toSend = connectorRows.element
  .pick({ id: true, name: true, type: true, enabled: true, config: true, sealed_secrets: true })
  .extend({ send_id: z.string() });

/** What a send through a connector needs, with the id of its entry in the log of sends. */
export async function selectConnectorToSend({ platform, organization_id }: Scope, id: string) {
  const { rows } = await platform.pool.query({
    name: 'connector_to_send',
    text: `select id, name, type, enabled, config, sealed_secrets, uuidv7() as send_id
           from connector where organization_id = $1 and id = $2`,
    values: [organization_id, id],
  });
  return toSend.array().parse(rows)[0];
}

/** The organization's connectors, newest first, each with its last send: one probe of the index for each, however long the log is. */
export async function selectConnectors(
  { platform, organization_id }: Scope,
  { before, search, type, enabled, limit }: Filters,
) {
  const pattern = search ? likePattern(search) : null;
  return connectorRows.parse(
    await platform.read(
      organization_id,
      (database) => database.$queryRaw`
      select ${Prisma.raw(COLUMNS)}
      where c.organization_id = ${organization_id}
        ${before === undefined ? Prisma.empty : Prisma.sql`and c.id < ${before}::uuid`}
        ${pattern === null ? Prisma.empty : Prisma.sql`and c.name ilike ${pattern}`}
        ${type === undefined ? Prisma.empty : Prisma.sql`and c.type = ${type}`}
        ${enabled === undefined ? Prisma.empty : Prisma.sql`and c.enabled = ${enabled}`}
      order by c.id desc
      limit ${limit}`,
    ),
  );
}

export type Connector = z.input<typeof connectorSchema>;

type ConnectorRow = Awaited<ReturnType<typeof selectConnectors>>[number];

/** One whose secrets do not open is shown without them, so that the others of the list are shown at all. */
export async function toConnector({ platform }: Scope, { sealed_secrets, ...row }: ConnectorRow): Promise<Connector> {
  const version = versionOf(settingsOf({ ...row, sealed_secrets }));
  try {
    const { type, config } = await openConfig(platform.secrets, { ...row, sealed_secrets });
    return { ...row, version, config: maskConfig(type, config) };
  } catch (error) {
    platform.log.error({ err: error, connector_id: row.id }, 'The secrets of a connector could not be decrypted');
    return { ...row, version, config: openPart.parse(row.config) };
  }
}

const openPart = z.record(z.string(), z.unknown());
