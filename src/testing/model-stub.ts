import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { json } from './receiver-answers.ts';
import type { Answer } from './receivers.ts';

const GIVEN = { message: 'Customer 42 just signed up', metadata: { customer_id: 42 } };

const chat = z.object({
  tools: z.array(z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) })),
  messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
});
const responses = z.object({
  tools: z.array(z.object({ type: z.literal('function'), name: z.string() })),
  input: z.array(z.looseObject({ type: z.string() })),
});
const messages = z.object({
  tools: z.array(z.object({ name: z.string(), input_schema: z.object({ type: z.literal('object') }) })),
  messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
});

/** What the model says once a tool has answered. */
const conclusion = (answer: unknown): string => {
  const [, ticket] = /ticket\D+(\d+)/.exec(JSON.stringify(answer)) ?? [];
  return ticket ? `The workflow opened ticket ${ticket}.` : 'The workflow said nothing of a ticket.';
};

/**
 * A model in the words of OpenAI's Chat Completions and Responses and of Anthropic's Messages: it calls the first tool once, then says
 * what came of it.
 */
export const modelAnswer: Answer = (response, request) => {
  const body: unknown = JSON.parse(request.body);
  const inItsWords = ANSWERS[request.path] ?? (() => ({ error: { message: `The stub has no ${request.path}.` } }));
  json(inItsWords(body))(response, request);
};

const ANSWERS: Record<string, (body: unknown) => unknown> = {
  '/v1/chat/completions': chatAnswer,
  '/v1/responses': responsesAnswer,
  '/v1/messages': anthropicAnswer,
};

function chatAnswer(body: unknown) {
  const given = chat.parse(body);
  const last = given.messages.at(-1);
  const isDone = last?.role === 'tool';
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: given.tools[0]?.function.name, arguments: JSON.stringify(GIVEN) },
  };
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    created: 1_795_000_000,
    model: 'a-stub',
    choices: [
      {
        index: 0,
        finish_reason: isDone ? 'stop' : 'tool_calls',
        message: isDone
          ? { role: 'assistant', content: conclusion(last.content) }
          : { role: 'assistant', content: null, tool_calls: [call] },
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

function responsesAnswer(body: unknown) {
  const given = responses.parse(body);
  const last = given.input.at(-1);
  const isDone = last?.type === 'function_call_output';
  const text = { type: 'output_text', text: conclusion(last?.output), annotations: [] };
  const call = {
    type: 'function_call',
    id: 'fc_1',
    call_id: 'call_1',
    name: given.tools[0]?.name,
    arguments: JSON.stringify(GIVEN),
    status: 'completed',
  };
  return {
    id: `resp_${randomUUID()}`,
    object: 'response',
    created_at: 1_795_000_000,
    model: 'a-stub',
    status: 'completed',
    output: [
      isDone
        ? { type: 'message', id: `msg_${randomUUID()}`, role: 'assistant', status: 'completed', content: [text] }
        : call,
    ],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  };
}

function anthropicAnswer(body: unknown) {
  const given = messages.parse(body);
  const last = given.messages.at(-1);
  const isDone = JSON.stringify(last?.content).includes('tool_result');
  return {
    id: `msg_${randomUUID()}`,
    type: 'message',
    role: 'assistant',
    model: 'a-stub',
    stop_reason: isDone ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
    content: isDone
      ? [{ type: 'text', text: conclusion(last?.content) }]
      : [{ type: 'tool_use', id: 'toolu_1', name: given.tools[0]?.name, input: GIVEN }],
  };
}
