import { z } from 'zod';
import type { ConnectorSendModel } from '#platform/generated/prisma/models.ts';
import { sendSchema } from './schema.ts';

const stored = z.object({
  source: sendSchema.shape.source,
  error_code: sendSchema.shape.error.unwrap().shape.code.nullable(),
  actor_type: sendSchema.shape.actor.shape.type,
  request: sendSchema.shape.request,
  response_headers: sendSchema.shape.response.unwrap().shape.headers.nullable(),
});

/** A row of the send log as it leaves the process. */
export function toSend(row: ConnectorSendModel): z.input<typeof sendSchema> {
  const { source, error_code, actor_type, request, response_headers } = stored.parse(row);
  return {
    id: row.id,
    at: row.at,
    source,
    actor: { type: actor_type, id: row.actor_id, name: row.actor_name },
    action: row.action,
    ok: row.ok,
    status: row.status,
    duration_ms: row.duration_ms,
    error: error_code && {
      code: error_code,
      message: row.error_message ?? '',
      ...(row.provider_code === null ? {} : { provider_code: row.provider_code }),
    },
    request,
    response: response_headers && {
      headers: response_headers,
      body: row.response_body,
      truncated: row.response_truncated,
    },
  };
}
