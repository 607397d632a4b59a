import { writeJson } from '#core/json/user-json.ts';
import type { OutboundResult } from '#platform/outbound/outbound-http.ts';
import { defineConnectorType, type SendContext } from '../connector-type.ts';
import { classifyMessageResponse, twilioMessage } from './classify-twilio-response.ts';
import { readAccount } from './read-account.ts';
import { ownStatusCallback } from './status-callback.ts';
import { requestOf } from './twilio-client.ts';
import { type TwilioConfig, twilioConfig } from './twilio-config.ts';
import { explainTwilioFailure, explainTwilioStatus } from './twilio-failures.ts';
import { type TwilioInput, twilioInput } from './twilio-input.ts';

/** How messages name the other side. */
const HOST = 'Twilio';

/** WhatsApp messages through Twilio: free text or a content template to one number. */
export const twilioMessaging = defineConnectorType({
  type: 'twilio_messaging',
  name: 'Twilio WhatsApp',
  description:
    'Sends WhatsApp messages through Twilio, as free text or approved templates, and shows the status of each.',
  config: twilioConfig,
  action: {
    name: 'send_message',
    tool: 'send_whatsapp',
    description:
      'Sends a WhatsApp message to one phone number and returns Twilio’s response. Use either body (free text, which WhatsApp delivers only within 24 hours of the recipient’s last message) or content_sid (an approved template, at any time) with its content_variables.',
    input: twilioInput,
  },
  // Twilio alone, or TWILIO_BASE_URL. A status callback gets no credential: Twilio calls it.
  destination: () => null,
  buildRequest: (config, input, context) =>
    requestOf(config, context, (client) => client.messages.create(messageOf(config, input, context))),
  classifyResponse: (response: OutboundResult) => classifyMessageResponse(response, HOST),
  providerMessage: twilioMessage,
  explainFailure: explainTwilioFailure,
  explainStatus: explainTwilioStatus,
  credentials: {
    buildRequest: (config, context) =>
      requestOf(config, context, (client) => client.api.v2010.accounts(config.account_sid).fetch()),
    read: (response, config) => readAccount(response, HOST, config),
  },
});

function messageOf(config: TwilioConfig, input: TwilioInput, context: SendContext) {
  const statusCallback = config.status_callback ?? ownStatusCallback(config, context);
  return {
    to: `whatsapp:${input.to}`,
    ...(config.from ? { from: `whatsapp:${config.from}` } : {}),
    ...(config.messaging_service_sid ? { messagingServiceSid: config.messaging_service_sid } : {}),
    ...(input.body === undefined ? {} : { body: input.body }),
    ...(input.content_sid === undefined ? {} : { contentSid: input.content_sid }),
    ...(input.content_variables === undefined ? {} : { contentVariables: writeJson(input.content_variables) }),
    ...(statusCallback === undefined ? {} : { statusCallback }),
  };
}
