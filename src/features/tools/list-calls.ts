import { z } from 'zod';
import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { toolCallSchema } from './schema.ts';

type CallFilters = { tool?: string | undefined; ok?: boolean | undefined };

const stored = z.object({
  face: toolCallSchema.shape.face,
  actor_type: toolCallSchema.shape.actor.shape.type,
  arguments: toolCallSchema.shape.arguments,
  error_code: toolCallSchema.shape.error.unwrap().shape.code.nullable(),
});

/** The calls of the organization's tools, newest first. */
export async function listCalls({ platform, organization_id }: Scope, { limit, cursor, tool, ok }: Page & CallFilters) {
  const { database } = platform;
  const rows = await platform.read(organization_id, (reading) =>
    reading.toolCall.findMany({
      where: {
        organization_id,
        ...(tool === undefined ? {} : { tool }),
        ...(ok === undefined ? {} : { ok }),
        ...(cursor ? { id: { lt: cursor } } : {}),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
    }),
  );
  const ids = rows.flatMap(({ connector_id }) => connector_id ?? []);
  const connectors = await database.connector.findMany({
    where: { organization_id, id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  const items = rows.map((row): z.input<typeof toolCallSchema> => {
    const { face, actor_type, arguments: given, error_code } = stored.parse(row);
    return {
      id: row.id,
      at: row.at,
      face,
      actor: { type: actor_type, id: row.actor_id, name: row.actor_name },
      tool: row.tool,
      arguments: given,
      ok: row.ok,
      error: error_code && { code: error_code, message: row.error_message ?? '' },
      duration_ms: row.duration_ms,
      connector: connectors.find(({ id }) => id === row.connector_id) ?? null,
      send_id: row.send_id,
    };
  });
  return page(items, limit);
}
