import { z } from 'zod';
import type { OutboundResult } from '#platform/outbound-http.ts';
import { classifyHttpResponse } from '../classify-http-response.ts';
import type { ProviderMessage, SendResult } from '../connector-type.ts';

const refusal = z.object({ code: z.int(), message: z.string() });
const message = z.object({ sid: z.string(), status: z.string() });
const failedMessage = z.object({
  status: z.enum(['failed', 'undelivered']),
  error_code: z.int().nullish(),
  error_message: z.string().nullish(),
});

/** What Twilio's answer to a message means: its refusals carry its own code and words. */
export function classifyTwilioResponse(response: OutboundResult, host: string): SendResult {
  const result = classifyHttpResponse(response, host);
  if (!result.ok) {
    const { data } = refusal.safeParse(result.body);
    if (result.error.code !== 'http_error' || !data) return result;
    return { ...result, error: { code: 'provider_error', message: data.message, provider_code: data.code } };
  }
  const failed = failedMessage.safeParse(result.body);
  if (failed.success) {
    const { status, error_code, error_message } = failed.data;
    const words = error_message ?? `Twilio took the message, and says that it is ${status}.`;
    const code = typeof error_code === 'number' ? { provider_code: error_code } : {};
    return { ...result, ok: false, error: { code: 'provider_error', message: words, ...code } };
  }
  if (message.safeParse(result.body).success) return result;
  const words = `${host} answered ${result.status}, but not with a message of Twilio's: check what TWILIO_BASE_URL points to.`;
  return { ...result, ok: false, error: { code: 'invalid_response', message: words } };
}

/** The message that Twilio made, whatever became of it. */
export function twilioMessage({ body }: SendResult): ProviderMessage | null {
  const { data } = message.safeParse(body);
  return data ? { id: data.sid, status: data.status } : null;
}
