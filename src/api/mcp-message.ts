import { z } from 'zod';
import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json/json-depth.ts';
import { isJsonObject, keepExact } from '#core/json/user-json.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

/** What a client posted: one message, or several in a batch as the version 2025-03-26 has them. */
export type McpMessage = {
  /** For the protocol's server; undefined for what is no JSON, to which the protocol has an answer of its own. */
  parsed: unknown;
  isBatch: boolean;
  /** Whether it is, or holds, a request with this method. */
  asks(method: string): boolean;
  /** The arguments of a call to the letter: the protocol's own schemas leave out a member `__proto__`, and want an object. */
  argumentsOf: (requestId: string | number) => unknown;
  /** The request that it cancels. */
  cancels: string | number | undefined;
};

const cancellation = z.object({
  method: z.literal('notifications/cancelled'),
  params: z.object({ requestId: z.union([z.string(), z.number()]) }),
});

/**
 * Reads what a client posted. Members of `params` that are null count as absent: clients whose language writes every field
 * (Python, C#, Go) send them, and the protocol has no field for which null means anything. A call's arguments stay as they are.
 * @throws Refusal VALIDATION for JSON that is nested too deeply
 */
export function readMessage(text: string): McpMessage {
  const parsed = parse(text);
  const messages = (Array.isArray(parsed) ? parsed : [parsed]).filter(isJsonObject);
  const given = new Map<unknown, unknown>();
  for (const message of messages) {
    if (message.params === null) delete message.params;
    if (!isJsonObject(message.params)) continue;
    const { params } = message;
    if (message.method === 'tools/call' && !given.has(message.id)) given.set(message.id, params.arguments);
    // What is no object would be refused before the tool could say what it takes.
    if (!isJsonObject(params.arguments)) delete params.arguments;
    dropNulls(params, 'arguments');
  }
  return {
    parsed,
    isBatch: Array.isArray(parsed),
    asks: (method) => messages.some((message) => message.method === method),
    argumentsOf: (requestId) => given.get(requestId),
    cancels: cancellation.safeParse(parsed).data?.params.requestId,
  };
}

function parse(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (isDeeperThan(parsed, MOST_JSON_LEVELS))
    throw new Refusal('VALIDATION', `The body must not be nested deeper than ${MOST_JSON_LEVELS} levels.`);
  return keepExact(parsed, text);
}

/** @param value of a depth that was checked */
function dropNulls(value: Record<string, unknown>, kept?: string): void {
  for (const [name, member] of Object.entries(value))
    if (member === null) delete value[name];
    else if (name !== kept && isJsonObject(member)) dropNulls(member);
}
