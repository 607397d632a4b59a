import { type AnswerMasker, binaryBody, keptBody } from '#core/delivery/kept-answer.ts';
import { answerText } from '#core/text/answer-text.ts';
import { MASK } from '#core/text/mask.ts';
import { storable } from '#core/text/storable-text.ts';
import type { InputJsonObject, InputJsonValue } from '#platform/generated/prisma/internal/prismaNamespace.ts';
import type { OutboundResult } from '#platform/outbound/outbound-http.ts';
import { inTransaction, untilAnswered } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { receivedAnswer } from './classify-http-response.ts';
import type { OutboundCall, ProviderMessage, SendResult } from './connector-type.ts';
import { answerMaskerOf, CREDENTIAL_HEADERS, credentialTexts, maskerOf } from './mask-send.ts';
import { SEND_STATUS } from './record-send-status.ts';
import type { SEND_SOURCES } from './schema.ts';

export type SendSource = (typeof SEND_SOURCES)[number];

/** The sender waits for the log entry while PostgreSQL is unreachable, but not longer than for a slow receiver. */
const PATIENCE_MS = 5_000;

type Send = {
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
  const { database, log } = scope.platform;
  const secrets = [...send.secrets, ...credentialTexts(send.call)];
  const mask = maskerOf(secrets);
  const maskAnswer = answerMaskerOf(secrets);
  const result = withMaskedBinary(mask(unmasked), send.response, maskAnswer);
  const error = result.ok ? null : result.error;
  try {
    const write = () =>
      inTransaction(database, (tx) =>
        tx.connectorSend.create({
          data: {
            organization_id: scope.organization_id,
            connector_id: send.connector_id,
            source: send.source,
            action: send.action,
            actor_type: scope.actor.type,
            actor_id: scope.actor.id,
            actor_name: scope.actor.name,
            ok: result.ok,
            status: result.status,
            duration_ms: result.duration_ms,
            error_code: error?.code ?? null,
            error_message: error ? storable(error.message) : null,
            provider_code: error?.provider_code ?? null,
            ...(send.call && { request: keptRequest(mask(send.call)) }),
            ...keptResponse(send.response, maskAnswer),
            ...(send.message && keptMessage(send.message, error?.provider_code)),
          },
          select: { id: true },
        }),
      );
    const { id } = await untilAnswered(write, PATIENCE_MS);
    return { ...result, send_id: id };
  } catch (cause) {
    log.error(
      { err: cause, connector_id: send.connector_id, ok: result.ok, status: result.status },
      'A send could not be logged',
    );
    return { ...result, send_id: null };
  }
}

/** The status in the response is the first of the message's statuses. */
const keptMessage = ({ id, status }: ProviderMessage, provider_code: number | undefined) => ({
  provider_id: storable(id).slice(0, 100),
  ...(SEND_STATUS.test(status) && { statuses: { create: { status, provider_code: provider_code ?? null } } }),
});

const keptRequest = ({ method, url, headers, body }: OutboundCall): InputJsonObject => ({
  method,
  url,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, CREDENTIAL_HEADERS.has(name.toLowerCase()) ? MASK : value]),
  ),
  body: storable(body),
});

function keptResponse(response: OutboundResult | null, mask: AnswerMasker) {
  if (!response || response.status === null) return {};
  return {
    response_headers: (response.headers ?? []).map(([name, value]) => [
      name,
      storable(mask.text(value)),
    ]) as InputJsonValue,
    ...keptBody(receivedAnswer(response), mask),
  };
}

/** A body that is not text is masked in its bytes: in base64 a secret looks like anything else. */
function withMaskedBinary(result: SendResult, response: OutboundResult | null, mask: AnswerMasker): SendResult {
  if (!response?.body || response.body.length === 0) return result;
  const answer = receivedAnswer(response);
  return answerText(answer) === null ? { ...result, body: binaryBody(answer, mask) } : result;
}
