import { maskIn } from '#core/mask.ts';
import type { InputJsonObject, InputJsonValue } from '#platform/generated/prisma/internal/prismaNamespace.ts';
import type { OutboundResult } from '#platform/outbound-http.ts';
import type { Scope } from '#platform/scope.ts';
import type { OutboundCall, SendResult } from './connector-type.ts';
import type { SEND_SOURCES } from './schema.ts';

export type SendSource = (typeof SEND_SOURCES)[number];

/** How much of an answer's body the log keeps. */
const KEPT_BODY_BYTES = 64 * 1024;

type Send = {
  connector_id: string;
  action: string;
  source: SendSource;
  /** Null when nothing was sent. */
  call: OutboundCall | null;
  response: OutboundResult | null;
  result: SendResult;
  /** Texts that the log must not hold. */
  secrets: string[];
};

/**
 * Writes a send to the log. A log that cannot be written does not turn a send that happened into an error: whoever saw
 * one would send again.
 */
export async function recordSend(
  scope: Scope,
  { result, ...send }: Send,
): Promise<SendResult & { send_id: string | null }> {
  const { database, log } = scope.platform;
  const error = result.ok ? null : result.error;
  try {
    const { id } = await database.connectorSend.create({
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
        error_message: error?.message ?? null,
        provider_code: error?.provider_code ?? null,
        ...(send.call && { request: maskCall(send.call, logSecrets(send.secrets)) }),
        ...keptResponse(send.response, logSecrets(send.secrets)),
      },
      select: { id: true },
    });
    return { ...result, send_id: id };
  } catch (cause) {
    log.error(
      { err: cause, connector_id: send.connector_id, ok: result.ok, status: result.status },
      'A send was not logged',
    );
    return { ...result, send_id: null };
  }
}

function maskCall({ method, url, headers, body }: OutboundCall, secrets: string[]): InputJsonObject {
  const masked = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, maskIn(value, secrets)]));
  return { method, url: maskIn(url, secrets), headers: masked, body: storable(maskIn(body, secrets)) };
}

function keptResponse(response: OutboundResult | null, secrets: string[]) {
  if (!response || response.status === null) return {};
  const { headers = [], body = Buffer.alloc(0) } = response;
  const kept = new TextDecoder().decode(body.subarray(0, KEPT_BODY_BYTES));
  return {
    response_headers: headers.map(([name, value]) => [name, storable(maskIn(value, secrets))]) as InputJsonValue,
    response_body: body.length === 0 ? null : storable(maskIn(kept, secrets)),
    response_truncated: body.length > KEPT_BODY_BYTES,
  };
}

/** A URL's path alone is a credential too, and answers like to quote it. Shorter ones would mask innocent words. */
const logSecrets = (secrets: string[]): string[] =>
  secrets.flatMap((secret) => {
    const path = URL.parse(secret)?.pathname ?? '';
    return [secret, path, path.split('/').at(-1) ?? ''].filter((text) => text.length >= 6);
  });

/** PostgreSQL's text holds no NUL. */
const storable = (text: string): string => text.replaceAll('\u0000', '\uFFFD');
