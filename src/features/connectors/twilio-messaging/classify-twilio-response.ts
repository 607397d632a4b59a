import { z } from 'zod';
import type { OutboundResult } from '#platform/outbound/outbound-http.ts';
import { classifyHttpResponse } from '../classify-http-response.ts';
import type { ProviderMessage, SendResult } from '../connector-type.ts';
import { twilioObject, twilioWords } from './read-twilio-answer.ts';
import { unexplainedRefusal } from './twilio-failures.ts';

const message = z.object({ sid: z.string(), status: z.string() });
const FAILED = new Set(['failed', 'undelivered']);

/** What Twilio's answer to any request means: its refusals carry its own code and words where it gives them. */
export function classifyTwilioResponse(response: OutboundResult, host: string): SendResult {
  const result = classifyHttpResponse(response, host);
  if (result.ok || result.error.code !== 'http_error' || result.status === null) return result;
  const words = twilioWords(result.body);
  const unexplained = unexplainedRefusal(result.status);
  return {
    ...result,
    error: words
      ? { message: unexplained, ...words, code: 'provider_error' }
      : { code: 'http_error', message: unexplained },
  };
}

/** What Twilio's answer to a message means. */
export function classifyMessageResponse(response: OutboundResult, host: string): SendResult {
  const result = classifyTwilioResponse(response, host);
  if (!result.ok) return result;
  const made = twilioMessage(result);
  if (made && FAILED.has(made.status)) {
    const said = `${host} accepted the message but reports it as ${made.status}.`;
    return { ...result, ok: false, error: { message: said, ...failureOf(result.body), code: 'provider_error' } };
  }
  if (made) return result;
  const words = `${host} answered ${result.status}, but not with a message: something else may have answered. If TWILIO_BASE_URL is set, check what it points to. Before you send again, check in the Twilio console under Monitor, Logs, Messaging whether the message was sent.`;
  return { ...result, ok: false, error: { code: 'invalid_response', message: words } };
}

/** The message that Twilio made, whatever became of it. */
export function twilioMessage({ body }: Pick<SendResult, 'body'>): ProviderMessage | null {
  const { data } = message.safeParse(twilioObject(body));
  return data ? { id: data.sid, status: data.status } : null;
}

/** Of a message, `error_code` and `error_message` alone: its other fields are no words about the failure. */
function failureOf(body: unknown) {
  const { error_code, error_message } = twilioObject(body) ?? {};
  return twilioWords({ error_code, error_message });
}
