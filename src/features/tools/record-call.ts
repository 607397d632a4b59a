import { storable } from '#core/text/storable-text.ts';
import type { LoggedSendResult } from '#features/connectors/send-through-connector.ts';
import type { InputJsonObject } from '#platform/generated/prisma/internal/prismaNamespace.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { maskArguments } from './mask-arguments.ts';
import type { CALL_FACES } from './schema.ts';

export type CallFace = (typeof CALL_FACES)[number];

/** What came of a call: the send's result, or why nothing was tried. */
export type CallOutcome = LoggedSendResult | { refused: string };

type Call = {
  face: CallFace;
  tool: string;
  arguments: unknown;
  connector_id: string | null;
  duration_ms: number;
  outcome: CallOutcome;
};

/** Writes a call to the log of calls. A log that cannot be written makes no error of a call that was made. */
export async function recordCall(scope: Scope, { outcome, ...call }: Call): Promise<void> {
  const { database, log } = scope.platform;
  try {
    await inTransaction(database, (tx) =>
      tx.toolCall.create({
        data: {
          organization_id: scope.organization_id,
          face: call.face,
          actor_type: scope.actor.type,
          actor_id: scope.actor.id,
          actor_name: scope.actor.name,
          tool: call.tool,
          arguments: maskArguments(call.arguments) as InputJsonObject,
          duration_ms: Math.round(call.duration_ms),
          connector_id: call.connector_id,
          ...resultOf(outcome),
        },
      }),
    );
  } catch (error) {
    log.error({ err: error, tool: call.tool }, 'A tool call could not be logged');
  }
}

function resultOf(outcome: CallOutcome) {
  if ('refused' in outcome)
    return { ok: false, error_code: 'refused', error_message: shortened(outcome.refused), send_id: null };
  if (outcome.ok) return { ok: true, error_code: null, error_message: null, send_id: outcome.send_id };
  const { error, send_id } = outcome;
  return { ok: false, error_code: error.code, error_message: shortened(error.message), send_id };
}

/** PostgreSQL's text holds no NUL. */
const shortened = (text: string): string => storable(text.slice(0, 2_000));
