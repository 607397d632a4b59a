import { z } from 'zod';
import { field } from '../connector-type.ts';
import { phoneNumber } from './phone-number.ts';

const sid = (prefix: string, what: string) =>
  z
    .string(`Enter the ${what}.`)
    .trim()
    .regex(
      new RegExp(`^${prefix}[0-9a-fA-F]{32}$`),
      `Must be the ${what} as Twilio's console shows it: ${prefix} and 32 hexadecimal digits.`,
    );

const secret = (what: string) =>
  z
    .string(`Enter the ${what}.`)
    .trim()
    .min(8, `This is too short. Enter the complete ${what}.`)
    .max(200, `Must be at most 200 characters.`)
    .regex(/^[\x21-\x7e]+$/, `Must not contain spaces or special characters.`);

const fields = z.strictObject({
  account_sid: field(sid('AC', 'account SID'), {
    label: 'Account SID',
    help: 'On the first page of the Twilio console.',
    placeholder: 'AC0123456789abcdef0123456789abcdef',
    kind: 'text',
  }),
  auth_token: field(secret('auth token').optional(), {
    label: 'Auth token',
    help: 'Shown below the account SID. It is used to send, unless there is an API key, and to verify that status callbacks come from Twilio.',
    kind: 'text',
    secret: true,
  }),
  api_key_sid: field(sid('SK', 'API key SID').optional(), {
    label: 'API key SID',
    help: 'Used to send instead of the auth token. It can be revoked separately.',
    placeholder: 'SK0123456789abcdef0123456789abcdef',
    kind: 'text',
  }),
  api_key_secret: field(secret('API key secret').optional(), {
    label: 'API key secret',
    help: 'Twilio shows it once, when the key is created.',
    kind: 'text',
    secret: true,
  }),
  from: field(phoneNumber.optional(), {
    label: 'From',
    help: 'The WhatsApp sender’s number in E.164 format. +14155238886 is Twilio’s sandbox. Set either this or a messaging service.',
    placeholder: '+14155238886',
    kind: 'text',
  }),
  messaging_service_sid: field(sid('MG', 'messaging service SID').optional(), {
    label: 'Messaging service SID',
    help: 'Chooses a sender from its pool. Set either this or a number in From.',
    placeholder: 'MG0123456789abcdef0123456789abcdef',
    kind: 'text',
  }),
  status_callback: field(
    z
      .url({ protocol: /^https?$/, error: 'Must be a complete URL, such as https://example.com/twilio.' })
      .max(2000, 'Must be at most 2,000 characters.')
      .optional(),
    {
      label: 'Status callback URL',
      help: 'Where Twilio reports the status of a message. If empty, Twilio reports to this console, provided that PUBLIC_URL is an https address and there is an auth token.',
      placeholder: 'https://example.com/twilio',
      kind: 'url',
    },
  ),
});

type TwilioFields = z.output<typeof fields>;

/** What is missing, or one too many: where it is shown, and what to do. */
function problemsOf(given: TwilioFields): { field: keyof TwilioFields; message: string }[] {
  const problems: { field: keyof TwilioFields; message: string }[] = [];
  if (given.api_key_sid && !given.api_key_secret)
    problems.push({ field: 'api_key_secret', message: 'Enter the secret of the API key.' });
  if (given.api_key_secret && !given.api_key_sid)
    problems.push({ field: 'api_key_sid', message: 'Enter the SID of the API key.' });
  if (!given.auth_token && !given.api_key_sid && !given.api_key_secret)
    problems.push({ field: 'auth_token', message: 'Enter the auth token, or an API key with its secret.' });
  if (given.from && given.messaging_service_sid)
    problems.push({ field: 'messaging_service_sid', message: 'Set either From or a messaging service, not both.' });
  if (!given.from && !given.messaging_service_sid)
    problems.push({ field: 'from', message: 'Set a number in From, or a messaging service.' });
  return problems;
}

/** One way to sign in at Twilio, and one sender. */
export const twilioConfig = fields.superRefine((given, context) => {
  for (const { field: name, message } of problemsOf(given)) context.addIssue({ code: 'custom', path: [name], message });
});

export type TwilioConfig = z.output<typeof twilioConfig>;
