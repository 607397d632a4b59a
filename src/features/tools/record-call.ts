import { writeJson } from '#core/json/user-json.ts';
import { storable } from '#core/text/storable-text.ts';
import type { LoggedSendResult } from '#features/connectors/send-through-connector.ts';
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
  const { pool, log } = scope.platform;
  const { ok, error_code, error_message, send_id } = resultOf(outcome);
  try {
    await pool.query({
      name: 'record_tool_call',
      text: `insert into tool_call (organization_id, face, actor_type, actor_id, actor_name, tool, arguments, duration_ms,
               connector_id, ok, error_code, error_message, send_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      values: [
        scope.organization_id,
        call.face,
        scope.actor.type,
        scope.actor.id,
        scope.actor.name,
        call.tool,
        writeJson(maskArguments(call.arguments)),
        Math.round(call.duration_ms),
        call.connector_id,
        ok,
        error_code,
        error_message,
        send_id,
      ],
    });
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
