import { z } from 'zod';
import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json-depth.ts';
import { writeJson } from '#core/user-json.ts';
import { jsonObject } from '#platform/json-object.ts';
import { classifyHttpResponse } from '../classify-http-response.ts';
import { defineConnectorType, field } from '../connector-type.ts';

const config = z.strictObject({
  webhook_url: field(
    z
      .url({ protocol: /^https?$/, error: 'Give the whole address, such as https://n8n.example.com/webhook/abc123.' })
      .max(2000, 'Give an address of at most 2,000 characters.')
      .refine((url) => {
        const parsed = URL.parse(url);
        return parsed === null || (parsed.username === '' && parsed.password === '');
      }, 'Leave user name and password out of the address: the path is its credential.'),
    {
      label: 'Webhook URL',
      help: 'The production URL of the Webhook node in n8n, of a Zapier catch hook or of a Make custom webhook. Whoever knows it can start the workflow, so it is stored sealed and shown masked.',
      placeholder: 'https://n8n.example.com/webhook/abc123',
      kind: 'url',
      secret: true,
    },
  ),
});

const metadata = jsonObject('Give a JSON object.').refine(
  (value) => !isDeeperThan(value, MOST_JSON_LEVELS),
  `Nest it at most ${MOST_JSON_LEVELS} levels deep.`,
);

const input = z.strictObject({
  message: field(
    z
      .string('Give a message.')
      .min(1, 'Give a message.')
      .max(100_000, 'Give a message of at most 100,000 characters.')
      .meta({ example: 'Customer X just signed up' }),
    {
      label: 'Message',
      help: 'What the workflow should know, in words.',
      placeholder: 'Customer X just signed up',
      kind: 'multiline',
    },
  ),
  metadata: field(metadata.optional().meta({ example: { customer_id: 42 } }), {
    label: 'Metadata',
    help: 'A JSON object with whatever else the workflow needs.',
    placeholder: '{ "customer_id": 42 }',
    kind: 'json',
  }),
});

/** n8n, and what speaks as it does (Zapier, Make): one POST of `{message, metadata}`, and the answer handed back. */
export const n8nWebhook = defineConnectorType({
  type: 'n8n_webhook',
  name: 'n8n webhook',
  description: 'Starts a workflow in n8n, Zapier or Make with a message, and hands its answer back.',
  config,
  action: {
    name: 'send_message',
    tool: 'send_to_n8n',
    description:
      'Sends a message, and optional metadata, to an automation workflow and returns what the workflow answers.',
    input,
  },
  destination: ({ webhook_url }) => webhook_url,
  buildRequest: ({ webhook_url }, { message, metadata }) => ({
    method: 'POST',
    url: webhook_url,
    headers: { 'content-type': 'application/json' },
    body: writeJson({ message, metadata }),
  }),
  alertArguments: (message, metadata) => ({ message, metadata }),
  classifyResponse: (response, { webhook_url }) => classifyHttpResponse(response, new URL(webhook_url).host),
});
