import { type AnswerMasker, binaryBody, keptBody } from '#core/delivery/kept-answer.ts';
import { writeJson } from '#core/json/user-json.ts';
import { answerText } from '#core/text/answer-text.ts';
import { MASK } from '#core/text/mask.ts';
import { storable } from '#core/text/storable-text.ts';
import type { OutboundResult } from '#platform/outbound/outbound-http.ts';
import { untilAnswered } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { receivedAnswer } from './classify-http-response.ts';
import type { OutboundCall, ProviderMessage, SendResult } from './connector-type.ts';
import { answerMaskerOf, CREDENTIAL_HEADERS, credentialTexts, maskerOf } from './mask-send.ts';
import { SEND_STATUS } from './record-send-status.ts';
import type { SEND_SOURCES } from './schema.ts';

export type SendSource = (typeof SEND_SOURCES)[number];

/** The sender waits for the log entry while PostgreSQL is unreachable, but not longer than for a slow receiver. */
const PATIENCE_MS = 5_000;

/** By its id, so that it is written once when the answer to the first try was lost. The provider's first status comes with it. */
const RECORD = `
with sent as (
  insert into connector_send (id, organization_id, connector_id, source, action, actor_type, actor_id, actor_name,
    ok, status, duration_ms, error_code, error_message, provider_code, request, response_headers, response_body,
    response_encoding, response_bytes, response_truncated, provider_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
  on conflict (id) do nothing
  returning id
)
insert into connector_send_status (send_id, status, provider_code)
select id, $22, $14 from sent where $22::text is not null`;

type Send = {
  /** UUIDv7, from the statement that read the connector. */
  id: string;
  connector_id: string;
  action: string;
  source: SendSource;
  /** Null when nothing was sent. */
  call: OutboundCall | null;
  response: OutboundResult | null;
  result: SendResult;
  /** The provider's first status, for providers that report the status of a message later. */
  message: ProviderMessage | null;
  /** Texts that neither the log nor the answer may hold. */
  secrets: string[];
};

/**
 * Writes a send to the log. If that fails, the send is still reported as done, because a caller who sees an error would
 * send again.
 * @returns the result with its secrets masked, and the entry's id, or null if the entry could not be written.
 */
export async function recordSend(
  scope: Scope,
  { result: unmasked, ...send }: Send,
): Promise<SendResult & { send_id: string | null }> {
  const { pool, log } = scope.platform;
  const secrets = [...send.secrets, ...credentialTexts(send.call)];
  const mask = maskerOf(secrets);
  const maskAnswer = answerMaskerOf(secrets);
  const result = withMaskedBinary(mask(unmasked), send.response, maskAnswer);
  const error = result.ok ? null : result.error;
  try {
    const kept = keptResponse(send.response, maskAnswer);
    const provider = send.message && keptMessage(send.message);
    const values = [
      send.id,
      scope.organization_id,
      send.connector_id,
      send.source,
      send.action,
      scope.actor.type,
      scope.actor.id,
      scope.actor.name,
      result.ok,
      result.status,
      result.duration_ms,
      error?.code ?? null,
      error ? storable(error.message) : null,
      error?.provider_code ?? null,
      send.call && writeJson(keptRequest(mask(send.call))),
      kept && writeJson(kept.response_headers),
      kept?.response_body ?? null,
      kept?.response_encoding ?? null,
      kept?.response_bytes ?? null,
      kept?.response_truncated ?? false,
      provider?.id ?? null,
      provider?.status ?? null,
    ];
    await untilAnswered(() => pool.query({ name: 'record_send', text: RECORD, values }), PATIENCE_MS);
    return { ...result, send_id: send.id };
  } catch (cause) {
    log.error(
      { err: cause, connector_id: send.connector_id, ok: result.ok, status: result.status },
      'A send could not be logged',
    );
    return { ...result, send_id: null };
  }
}

/** The status in the response is the first of the message's statuses. */
const keptMessage = ({ id, status }: ProviderMessage) => ({
  id: storable(id).slice(0, 100),
  status: SEND_STATUS.test(status) ? status : null,
});

const keptRequest = ({ method, url, headers, body }: OutboundCall) => ({
  method,
  url,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, CREDENTIAL_HEADERS.has(name.toLowerCase()) ? MASK : value]),
  ),
  body: storable(body),
});

function keptResponse(response: OutboundResult | null, mask: AnswerMasker) {
  if (!response || response.status === null) return null;
  return {
    response_headers: (response.headers ?? []).map(([name, value]) => [name, storable(mask.text(value))]),
    ...keptBody(receivedAnswer(response), mask),
  };
}

/** A body that is not text is masked in its bytes: in base64 a secret looks like anything else. */
function withMaskedBinary(result: SendResult, response: OutboundResult | null, mask: AnswerMasker): SendResult {
  if (!response?.body || response.body.length === 0) return result;
  const answer = receivedAnswer(response);
  return answerText(answer) === null ? { ...result, body: binaryBody(answer, mask) } : result;
}
