import { z } from 'zod';
import type { OutboundResult } from '#platform/outbound/outbound-http.ts';
import type { CredentialCheck } from '../connector-type.ts';
import { classifyTwilioResponse } from './classify-twilio-response.ts';
import { twilioObject } from './read-twilio-answer.ts';
import type { TwilioConfig } from './twilio-config.ts';

const account = z.object({ sid: z.string(), friendly_name: z.string(), status: z.string(), type: z.string() });

/** Twilio shows the account to main keys alone (https://www.twilio.com/docs/iam/api-keys/keys-in-console). */
const KEY_OR_UNKNOWN = {
  explanation: 'Twilio does not know this API key, or the key may not read the account: only main keys can.',
  next_step:
    'If it is a standard or restricted key, send a test message instead. Otherwise, copy the account SID, the API key, and its secret from the Twilio console again.',
};

/** What Twilio says of the account that the credentials belong to. */
export function readAccount(response: OutboundResult, host: string, { api_key_sid }: TwilioConfig): CredentialCheck {
  const result = classifyTwilioResponse(response, host);
  if (!result.ok) {
    const { error } = result;
    const isRefused = result.status === 401 || result.status === 403;
    if (!api_key_sid || !isRefused) return { ok: false, error };
    const message = error.code === 'http_error' ? `${host} answered ${result.status}.` : error.message;
    return { ok: false, error: { ...error, message, ...KEY_OR_UNKNOWN } };
  }
  const { data } = account.safeParse(twilioObject(result.body));
  if (!data) {
    const message = `${host} answered ${result.status}, but not with an account: something else may have answered. If TWILIO_BASE_URL is set, check what it points to.`;
    return { ok: false, error: { code: 'invalid_response', message } };
  }
  if (data.status !== 'active') {
    const message = `The account ${data.friendly_name} is ${data.status} and can’t send messages. Open the Twilio console to see why, or contact Twilio’s support.`;
    return { ok: false, error: { code: 'provider_error', message } };
  }
  return {
    ok: true,
    found: [
      { label: 'Account', value: data.friendly_name },
      { label: 'SID', value: data.sid },
      { label: 'Type', value: data.type === 'Trial' ? 'Trial: can send only to verified numbers' : data.type },
      { label: 'Status', value: data.status },
    ],
  };
}
