import { z } from 'zod';
import { headerListSchema, keptBodyFields, storedHeaderList } from '#platform/http/header-list.ts';
import { idSchema, timeSchema } from '#platform/trpc/fields.ts';

const ms = z.int().nullable();

/** An attempt as it leaves the process. */
export const attemptSchema = z
  .object({
    id: idSchema,
    delivery_id: idSchema,
    number: z.int(),
    started_at: timeSchema,
    outcome: z.enum(['delivered', 'retry', 'failed', 'superseded']).meta({
      description:
        'superseded: the worker had lost its lease on the queue by then, and another worker had sent the delivery again.',
    }),
    durations: z
      .object({
        queue_ms: z.int().meta({ description: 'From the time it was due until it started.' }),
        dns_ms: ms,
        connect_ms: ms,
        tls_ms: ms,
        first_byte_ms: ms,
        total_ms: z.int().meta({ description: 'From its start until its end.' }),
      })
      .meta({ description: 'In milliseconds. Null for a phase that was not reached or not needed.' }),
    remote_address: z.string().nullable(),
    request: z.object({
      method: z.literal('POST'),
      url: z.string().meta({ description: 'The URL that the webhook has now.' }),
      headers: z
        .record(z.string(), z.string())
        .meta({ description: 'As sent. The values of your own headers are masked.' }),
    }),
    response: z
      .object({
        status: z.int(),
        headers: headerListSchema,
        ...keptBodyFields,
      })
      .nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    next_attempt_at: timeSchema.nullable(),
  })
  .meta({ id: 'Attempt' });

const stored = z.object({
  id: z.string(),
  delivery_id: z.string(),
  number: z.int(),
  started_at: z.date(),
  outcome: z.enum(['delivered', 'retry', 'failed', 'superseded']),
  queue_ms: z.int(),
  dns_ms: ms,
  connect_ms: ms,
  tls_ms: ms,
  first_byte_ms: ms,
  total_ms: z.int(),
  remote_address: z.string().nullable(),
  request_headers: z.string(),
  status: z.int().nullable(),
  response_headers: z.string().nullable(),
  response_body: z.string().nullable(),
  response_encoding: z.literal('base64').nullable(),
  response_bytes: z.int().nullable(),
  response_truncated: z.boolean(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  next_attempt_at: z.date().nullable(),
});
const headerObject = z.record(z.string(), z.string());

/** A row of `attempt` in the form of the contract. */
export function toAttempt(row: unknown, target_url: string) {
  const {
    queue_ms,
    dns_ms,
    connect_ms,
    tls_ms,
    first_byte_ms,
    total_ms,
    request_headers,
    status,
    response_headers,
    response_body,
    response_encoding,
    response_bytes,
    response_truncated,
    error_code,
    error_message,
    ...attempt
  } = stored.parse(row);
  return {
    ...attempt,
    durations: { queue_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, total_ms },
    request: { method: 'POST' as const, url: target_url, headers: headerObject.parse(JSON.parse(request_headers)) },
    response:
      status === null
        ? null
        : {
            status,
            headers: storedHeaderList.parse(JSON.parse(response_headers ?? '[]')),
            body: response_body,
            encoding: response_encoding ?? ('text' as const),
            size_bytes: response_bytes,
            truncated: response_truncated,
          },
    error: error_code === null ? null : { code: error_code, message: error_message ?? '' },
  };
}

export type Attempt = ReturnType<typeof toAttempt>;
