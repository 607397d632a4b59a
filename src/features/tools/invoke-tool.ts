import { type LoggedSendResult, sendThroughConnector } from '#features/connectors/send-through-connector.ts';
import { issuesOf } from '#platform/error-body.ts';
import { invalid, Refusal } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { chooseConnector } from './choose-connector.ts';
import { takeCall, takeRepeat } from './limit-calls.ts';
import { type CallFace, recordCall } from './record-call.ts';
import { type Tool, tools } from './tool.ts';

type ToolCall = { tool: string; arguments: unknown; face: CallFace; signal?: AbortSignal | undefined };

/**
 * Calls a tool: sends once through the connector that is named, or the only one. The other side's refusal is a result.
 * @throws Refusal VALIDATION (no such tool, wrong arguments, a connector to choose), TOO_MANY_REQUESTS (too many calls,
 * or too often the same one).
 */
export async function invokeTool(caller: Scope, call: ToolCall): Promise<LoggedSendResult> {
  const scope = asAgent(caller);
  await takeCall(scope);
  const tool = tools.find(({ name }) => name === call.tool);
  if (!tool) throw unknownTool(call.tool);
  const started = performance.now();
  let connector_id: string | null = null;
  const log = (outcome: Parameters<typeof recordCall>[1]['outcome']) =>
    recordCall(scope, {
      face: call.face,
      tool: tool.name,
      arguments: call.arguments,
      connector_id,
      duration_ms: performance.now() - started,
      outcome,
    });
  try {
    await takeRepeat(scope, tool.name, call.arguments);
    const { connector, ...given } = readArguments(tool, call.arguments);
    connector_id = await chooseConnector(scope, tool, connector);
    const source = scope.actor.type === 'agent' ? 'agent' : 'test';
    const result = await sendThroughConnector(scope, connector_id, given, source, call.signal);
    await log(result);
    return result;
  } catch (error) {
    if (error instanceof Refusal) await log({ refused: error.message });
    throw error;
  }
}

/** An agent is an API key that calls a tool. */
const asAgent = (scope: Scope): Scope =>
  scope.actor.type === 'api_key' ? { ...scope, actor: { ...scope.actor, type: 'agent' } } : scope;

const unknownTool = (name: string) =>
  invalid({
    path: ['tool'],
    message: `There is no tool ${JSON.stringify(name.slice(0, 100))}: give one of ${tools.map((tool) => tool.name).join(', ')}.`,
  });

/** Defaults and forms are the action's to make: what it gets is what was given, once that is known to be right. */
function readArguments({ input }: Tool, given: unknown): Record<string, unknown> & { connector?: string } {
  const parsed = input.safeParse(given ?? {});
  if (!parsed.success) throw invalid(...parsed.error.issues.flatMap((issue) => issuesOf(issue, ['arguments'])));
  return parsed.data;
}
