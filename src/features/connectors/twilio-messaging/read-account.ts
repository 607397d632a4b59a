import { z } from 'zod';
import type { OutboundResult } from '#platform/outbound-http.ts';
import type { CredentialCheck } from '../connector-type.ts';
import { classifyTwilioResponse } from './classify-twilio-response.ts';

const account = z.object({ sid: z.string(), friendly_name: z.string(), status: z.string(), type: z.string() });

/** What Twilio says of the account that the credentials belong to. */
export function readAccount(response: OutboundResult, host: string): CredentialCheck {
  const result = classifyTwilioResponse(response, host);
  const { data } = account.safeParse(result.body);
  if (data && result.status === 200) {
    const found = [
      { label: 'Account', value: data.friendly_name },
      { label: 'SID', value: data.sid },
      { label: 'Type', value: data.type === 'Trial' ? 'Trial: it sends only to verified numbers' : data.type },
      { label: 'Status', value: data.status },
    ];
    if (data.status === 'active') return { ok: true, found };
    return {
      ok: false,
      message: `The account ${data.friendly_name} is ${data.status}: it sends nothing until Twilio opens it again.`,
    };
  }
  if (result.ok)
    return { ok: false, message: `${host} answered ${result.status}, but not with an account of Twilio's.` };
  const { message, provider_code } = result.error;
  return { ok: false, message, ...(provider_code === undefined ? {} : { provider_code }) };
}
