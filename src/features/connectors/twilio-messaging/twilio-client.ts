import twilio from 'twilio';
import type { OutboundCall, SendContext } from '../connector-type.ts';
import type { TwilioConfig } from './twilio-config.ts';

type TwilioRequest = {
  method: string;
  uri: string;
  username?: string;
  password?: string;
  headers?: Record<string, unknown>;
  data?: Record<string, unknown>;
};

/**
 * The request that Twilio's own client makes for a call of its API: our request client below it records instead of
 * sending, so that the request leaves by our own door, with its rules, time limits and caps.
 */
export async function requestOf(
  config: TwilioConfig,
  { settings }: SendContext,
  call: (client: twilio.Twilio) => Promise<unknown>,
): Promise<OutboundCall> {
  const { promise: recorded, resolve } = Promise.withResolvers<TwilioRequest>();
  const recorder = {
    request(made: TwilioRequest) {
      resolve(made);
      return Promise.resolve({ statusCode: 200, body: {}, headers: {} });
    },
  } as unknown as NonNullable<twilio.Twilio['httpClient']>;
  const [user, password] =
    config.api_key_sid && config.api_key_secret
      ? [config.api_key_sid, config.api_key_secret]
      : [config.account_sid, config.auth_token];
  // With an `env` of ours the client does not read TWILIO_EDGE and TWILIO_REGION of the process.
  const env = {} as NonNullable<ConstructorParameters<typeof twilio.Twilio>[2]>['env'] & object;
  const client = new twilio.Twilio(user, password, { accountSid: config.account_sid, httpClient: recorder, env });
  await call(client);
  return toCall(await recorded, settings.twilioBaseUrl);
}

function toCall({ method, uri, username, password, headers = {}, data }: TwilioRequest, baseUrl: string | undefined) {
  const { pathname, search } = new URL(uri);
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    method: method.toUpperCase() === 'GET' ? 'GET' : 'POST',
    url: baseUrl ? `${baseUrl}${pathname}${search}` : uri,
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
      authorization: `Basic ${credentials}`,
    },
    body: data ? formOf(data) : '',
  } satisfies OutboundCall;
}

/** A list is a field that comes again. */
function formOf(data: Record<string, unknown>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(data)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) form.append(name, String(one));
  }
  return form.toString();
}
