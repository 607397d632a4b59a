import { publishSystemEvent } from '#features/events/publish-events.ts';
import { issuesOf } from '#platform/http/error-body.ts';
import type { OutboundResult } from '#platform/outbound/outbound-http.ts';
import type { Scope } from '#platform/scope.ts';
import { invalid, notFound } from '#platform/trpc/refusal.ts';
import { USER_AGENT } from '#platform/version.ts';
import type { ConnectorType, SendResult } from './connector-type.ts';
import { explainFailure } from './explain-failure.ts';
import { openConfig } from './open-config.ts';
import { recordSend, type SendSource } from './record-send.ts';
import { selectConnectorToSend } from './row.ts';
import { secretTexts } from './secret-config.ts';

/** The result as it leaves the process: with the id of its entry in the send log, null if that could not be written. */
export type LoggedSendResult = SendResult & { send_id: string | null };

/**
 * Runs a connector's action once, without retry, and logs it. The other side's refusal is a result.
 * @param signal gives the send up; whether it arrived is then not known, and the log says so.
 * @throws Refusal NOT_FOUND, or VALIDATION when the arguments are not the action's.
 */
export async function sendThroughConnector(
  scope: Scope,
  id: string,
  input: unknown,
  source: SendSource,
  signal?: AbortSignal,
): Promise<LoggedSendResult> {
  const { secrets, outbound, config: settings } = scope.platform;
  const row = await selectConnectorToSend(scope, id);
  if (!row) throw notFound('connector');
  const { type, config } = await openConfig(secrets, row);
  const parsed = type.action.input.safeParse(input);
  if (!parsed.success) throw invalid(...parsed.error.issues.flatMap((issue) => issuesOf(issue)));
  const send = { id: row.send_id, connector_id: id, action: type.action.name, source, message: null };
  if (!row.enabled)
    return recordSend(scope, { ...send, call: null, response: null, result: disabled(row.name), secrets: [] });
  const built = await type.buildRequest(type.config.parse(config), parsed.data, { connector_id: id, settings });
  const call = { ...built, headers: { 'user-agent': USER_AGENT, ...built.headers } };
  const response = await outbound.send({ ...call, allow: scope.egressAllow, ...(signal && { signal }) });
  const result = classify(type, config, response);
  const logged = await recordSend(scope, {
    ...send,
    call,
    response,
    result,
    message: type.providerMessage?.(result) ?? null,
    secrets: secretTexts(type, config),
  });
  if (logged.ok) return logged;
  await tellOfFailure(scope, row, logged);
  return { ...logged, error: explainFailure(type, logged.error, logged.status) };
}

/** Webhooks that subscribe to `connector.failed` hear of it. */
const tellOfFailure = (
  { platform, organization_id }: Scope,
  connector: { id: string; name: string },
  { status, error, send_id }: Extract<LoggedSendResult, { ok: false }>,
) =>
  publishSystemEvent(platform, organization_id, 'connector.failed', {
    connector_id: connector.id,
    connector_name: connector.name,
    send_id,
    status,
    error,
  });

const classify = (type: ConnectorType, config: unknown, response: OutboundResult): SendResult =>
  type.classifyResponse(response, type.config.parse(config));

const disabled = (name: string): SendResult => ({
  ok: false,
  status: null,
  body: null,
  duration_ms: 0,
  error: { code: 'disabled', message: `The connector "${name}" is disabled. Enable it, then send again.` },
});
