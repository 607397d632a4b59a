import { type LoggedSendResult, sendThroughConnector } from '#features/connectors/send-through-connector.ts';
import { issuesOf } from '#platform/http/error-body.ts';
import type { Scope } from '#platform/scope.ts';
import { type Issue, invalid, Refusal, UNKNOWN_FIELD } from '#platform/trpc/refusal.ts';
import { chooseConnector } from './choose-connector.ts';
import { coerceArguments, kindProblem } from './coerce-arguments.ts';
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
  let given = call.arguments;
  const log = (outcome: Parameters<typeof recordCall>[1]['outcome']) =>
    recordCall(scope, {
      face: call.face,
      tool: tool.name,
      arguments: given,
      connector_id,
      duration_ms: performance.now() - started,
      outcome,
    });
  try {
    given = coerceArguments(tool.input_schema, given);
    await takeRepeat(scope, tool.name, given);
    const { connector, ...action } = readArguments(tool, given);
    connector_id = await chooseConnector(scope, tool, connector);
    const source = scope.actor.type === 'agent' ? 'agent' : 'test';
    const result = await sendThroughConnector(scope, connector_id, action, source, call.signal);
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
    message: `There is no tool ${JSON.stringify(name.slice(0, 100))}. Use one of ${tools.map((tool) => tool.name).join(', ')}.`,
  });

/** Defaults and forms are the action's to make: what it gets is what was given, once that is known to be right. */
function readArguments(tool: Tool, given: unknown): Record<string, unknown> & { connector?: string } {
  const parsed = tool.input.safeParse(given);
  if (parsed.success) return parsed.data;
  throw invalid(
    ...parsed.error.issues
      .flatMap((issue) => issuesOf(issue))
      .map(({ path, message }) => ({ path: ['arguments', ...path], message: explain(tool, given, { path, message }) })),
  );
}

/** What was wrong, for a model: also what kind of value it gave, and which arguments there are. */
function explain({ name, input, input_schema }: Tool, given: unknown, { path, message }: Issue): string {
  if (message === UNKNOWN_FIELD && path.length === 1)
    return `${message} ${name} takes ${Object.keys(input.shape).join(', ')}.`;
  const problem = kindProblem(input_schema, given, path);
  if (problem === undefined) return message;
  const saysNoMore = message.startsWith('Invalid input') || problem.startsWith(message.slice(0, -1));
  return saysNoMore ? problem : `${problem} ${message}`;
}
