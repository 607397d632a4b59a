import { issuesOf } from '#platform/error-body.ts';
import type { OutboundResult } from '#platform/outbound-http.ts';
import { invalid, notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { USER_AGENT } from '#platform/version.ts';
import type { ConnectorType, SendResult } from './connector-type.ts';
import { openConfig } from './open-config.ts';
import { recordSend, type SendSource } from './record-send.ts';
import { secretTexts } from './secret-config.ts';

/** The result as it leaves the process: with the id of its entry in the send log, null if that could not be written. */
export type LoggedSendResult = SendResult & { send_id: string | null };

/**
 * Runs a connector's action once, without retry, and logs it. The other side's refusal is a result.
 * @throws Refusal NOT_FOUND, or VALIDATION when the arguments are not the action's.
 */
export async function sendThroughConnector(
  scope: Scope,
  id: string,
  input: unknown,
  source: SendSource,
): Promise<LoggedSendResult> {
  const { database, secrets, outbound, config: settings } = scope.platform;
  const row = await database.connector.findFirst({ where: { id, organization_id: scope.organization_id } });
  if (!row) throw notFound('connector');
  const { type, config } = await openConfig(secrets, row);
  const parsed = type.action.input.safeParse(input);
  if (!parsed.success) throw invalid(...parsed.error.issues.flatMap((issue) => issuesOf(issue)));
  const send = { connector_id: id, action: type.action.name, source };
  if (!row.enabled)
    return recordSend(scope, { ...send, call: null, response: null, result: disabled(row.name), secrets: [] });
  const built = await type.buildRequest(type.config.parse(config), parsed.data, settings);
  const call = { ...built, headers: { 'user-agent': USER_AGENT, ...built.headers } };
  const response = await outbound.send({ ...call, allow: scope.egressAllow });
  return recordSend(scope, {
    ...send,
    call,
    response,
    result: classify(type, config, response),
    secrets: secretTexts(type, config),
  });
}

const classify = (type: ConnectorType, config: unknown, response: OutboundResult): SendResult =>
  type.classifyResponse(response, type.config.parse(config));

const disabled = (name: string): SendResult => ({
  ok: false,
  status: null,
  body: null,
  duration_ms: 0,
  error: { code: 'disabled', message: `The connector "${name}" is disabled: enable it, then send again.` },
});
