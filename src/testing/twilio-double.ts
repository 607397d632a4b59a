import type { Answer } from './receivers.ts';

export const TWILIO = {
  account_sid: `AC${'0123456789abcdef'.repeat(2)}`,
  auth_token: 'the-auth-token-of-a-test',
  api_key_sid: `SK${'0123456789abcdef'.repeat(2)}`,
  api_key_secret: 'the-api-key-secret-of-a-test',
  messaging_service_sid: `MG${'0123456789abcdef'.repeat(2)}`,
  content_sid: `HX${'0123456789abcdef'.repeat(2)}`,
  from: '+14155238886',
};

/** The id that the double gives to a message. */
export const MESSAGE_SID = `SM${'fedcba9876543210'.repeat(2)}`;

/** Twilio's answer to a message that it takes, as its API document has it; a price comes later. */
export const messageMade =
  (given: Record<string, unknown> = {}): Answer =>
  (response, request) => {
    const form = new URLSearchParams(request.body);
    const message = {
      account_sid: TWILIO.account_sid,
      api_version: '2010-04-01',
      body: form.get('Body') ?? '',
      date_created: 'Thu, 26 Nov 2026 05:01:45 +0000',
      date_sent: null,
      date_updated: 'Thu, 26 Nov 2026 05:01:45 +0000',
      direction: 'outbound-api',
      error_code: null,
      error_message: null,
      from: form.get('From'),
      messaging_service_sid: form.get('MessagingServiceSid'),
      num_media: '0',
      num_segments: '1',
      price: null,
      price_unit: 'USD',
      sid: MESSAGE_SID,
      status: 'queued',
      to: form.get('To'),
      uri: `/2010-04-01/Accounts/${TWILIO.account_sid}/Messages/${MESSAGE_SID}.json`,
      ...given,
    };
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(message));
  };

/** The status with which Twilio refuses, by its own code, where that is not 400. */
const STATUSES: Record<number, number> = {
  20003: 401,
  20403: 403,
  20404: 404,
  20429: 429,
  20500: 500,
  20503: 503,
  21408: 403,
};

export const refusalStatus = (code: number): number => STATUSES[code] ?? 400;

/** Twilio's refusal with one of its codes. */
export const refusedWith =
  (code: number, message = `Refused with ${code}.`): Answer =>
  (response) => {
    const status = refusalStatus(code);
    const more_info = `https://www.twilio.com/docs/errors/${code}`;
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ code, message, more_info, status }));
  };

/** An answer as it comes where Twilio, or a proxy before it, does not answer as its API document says. */
export const answeredWith =
  (status: number, body: string, contentType?: string): Answer =>
  (response) => {
    response.writeHead(status, contentType === undefined ? {} : { 'content-type': contentType }).end(body);
  };

/** What Twilio's API of 2010 answers where it answers in XML, its default. */
export const restException = (elements: Record<string, string | number>): string =>
  `<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse><RestException>${Object.entries(elements)
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join('')}</RestException></TwilioResponse>`;

/** Twilio's answer to a look at the account. */
export const accountOf =
  (given: Record<string, unknown> = {}): Answer =>
  (response) => {
    const account = {
      sid: TWILIO.account_sid,
      friendly_name: 'Acme Analytics',
      status: 'active',
      type: 'Full',
      // The real answer has the token in it.
      auth_token: TWILIO.auth_token,
      owner_account_sid: TWILIO.account_sid,
      ...given,
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(account));
  };
