import { z } from 'zod';
import { MASK } from '#core/text/mask.ts';
import type { ConnectorSendModel, ConnectorSendStatusModel } from '#platform/generated/prisma/models.ts';
import { storedHeaderList } from '#platform/http/header-list.ts';
import type { ConnectorType } from './connector-type.ts';
import { explainFailure } from './explain-failure.ts';
import { sendSchema } from './schema.ts';
import { inOrder } from './send-status.ts';

const stored = z.object({
  source: sendSchema.shape.source,
  error_code: sendSchema.shape.error.unwrap().shape.code.nullable(),
  actor_type: sendSchema.shape.actor.shape.type,
  request: sendSchema.shape.request,
  response_headers: storedHeaderList.nullable(),
  response_encoding: z.literal('base64').nullable(),
});

type SendRow = ConnectorSendModel & { statuses: ConnectorSendStatusModel[] };

/**
 * A row of the send log as it leaves the process.
 * @param showsBodies whether its reader may see what messages say
 */
export function toSend(
  row: SendRow,
  type: ConnectorType | undefined,
  showsBodies: boolean,
): z.input<typeof sendSchema> {
  const { source, error_code, actor_type, request, response_headers, response_encoding } = stored.parse(row);
  const shown = (body: string) => (showsBodies || body === '' ? body : MASK);
  return {
    id: row.id,
    at: row.at,
    source,
    actor: { type: actor_type, id: row.actor_id, name: row.actor_name },
    action: row.action,
    ok: row.ok,
    status: row.status,
    duration_ms: row.duration_ms,
    error:
      error_code &&
      explainFailure(
        type,
        {
          code: error_code,
          message: row.error_message ?? '',
          ...(row.provider_code === null ? {} : { provider_code: row.provider_code }),
        },
        row.status,
      ),
    request: request && { ...request, body: shown(request.body) },
    response: response_headers && {
      headers: response_headers,
      body: row.response_body === null ? null : shown(row.response_body),
      encoding: showsBodies ? (response_encoding ?? 'text') : 'text',
      size_bytes: row.response_bytes,
      truncated: row.response_truncated,
    },
    provider_id: row.provider_id,
    statuses: inOrder(row.statuses).map(({ status, at, provider_code }) => ({
      status,
      at,
      ...(provider_code === null ? {} : { provider_code, ...type?.explainFailure?.(provider_code) }),
    })),
  };
}
