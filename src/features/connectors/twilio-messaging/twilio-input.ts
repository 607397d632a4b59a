import { z } from 'zod';
import { textsByName } from '#platform/postgres/json-object.ts';
import { field } from '../connector-type.ts';
import { phoneNumber } from './phone-number.ts';

/** What WhatsApp takes in one message. */
const MOST_CHARACTERS = 1_600;
const TOO_LONG = `Must be at most ${MOST_CHARACTERS.toLocaleString('en')} characters.`;
const VARIABLES = 'Must be a JSON object of strings, such as { "1": "Ada" }.';

const fields = z.strictObject({
  to: field(phoneNumber.meta({ example: '+491701234567' }), {
    label: 'To',
    help: 'The recipient’s phone number in E.164 format. The prefix "whatsapp:" is added.',
    placeholder: '+491701234567',
    kind: 'text',
  }),
  body: field(
    z
      .string('Enter a message.')
      .min(1, 'Enter a message.')
      .max(MOST_CHARACTERS, TOO_LONG)
      .optional()
      .meta({ example: 'Your report is ready.' }),
    {
      label: 'Body',
      help: `Free text, up to ${MOST_CHARACTERS.toLocaleString('en')} characters. WhatsApp delivers it only within 24 hours of the recipient’s last message. After that, use content_sid.`,
      placeholder: 'Your report is ready.',
      kind: 'multiline',
    },
  ),
  content_sid: field(
    z
      .string('Must be the SID of a content template.')
      .trim()
      .regex(/^HX[0-9a-fA-F]{32}$/, 'Must be the SID of a content template: HX and 32 hexadecimal digits.')
      .optional()
      .meta({ example: 'HX0123456789abcdef0123456789abcdef' }),
    {
      label: 'Content template SID',
      help: 'An approved template, which can be sent at any time. Used instead of a body.',
      placeholder: 'HX0123456789abcdef0123456789abcdef',
      kind: 'text',
    },
  ),
  content_variables: field(
    textsByName(VARIABLES)
      .superRefine((given, context) => {
        for (const [name, text] of Object.entries(given)) {
          const message = name.length > 64 ? VARIABLES : text.length > MOST_CHARACTERS ? TOO_LONG : null;
          if (message) context.addIssue({ code: 'custom', path: [name], message });
        }
      })
      .optional()
      .meta({ example: { 1: 'Ada' } }),
    {
      label: 'Content variables',
      help: 'A JSON object with a string for each placeholder of the template.',
      placeholder: '{ "1": "Ada" }',
      kind: 'json',
    },
  ),
});

/** Free text or a template to one number. */
export const twilioInput = fields.superRefine(({ body, content_sid, content_variables }, context) => {
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (body === undefined && content_sid === undefined) refuse('body', 'Send a body or a content_sid.');
  if (body !== undefined && content_sid !== undefined)
    refuse('content_sid', 'Send either a body or a content_sid, not both.');
  if (content_variables !== undefined && content_sid === undefined)
    refuse('content_variables', 'Variables need a template. Send its content_sid, or leave the variables out.');
});

export type TwilioInput = z.output<typeof twilioInput>;
