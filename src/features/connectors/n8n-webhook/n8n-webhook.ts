import { z } from 'zod';
import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json/json-depth.ts';
import { writeJson } from '#core/json/user-json.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { classifyHttpResponse } from '../classify-http-response.ts';
import { defineConnectorType, field } from '../connector-type.ts';

const config = z.strictObject({
  webhook_url: field(
    z
      .url({ protocol: /^https?$/, error: 'Must be a complete URL, such as https://n8n.example.com/webhook/abc123.' })
      .max(2000, 'Must be at most 2,000 characters.')
      .refine((url) => {
        const parsed = URL.parse(url);
        return parsed === null || (parsed.username === '' && parsed.password === '');
      }, 'Must not contain a user name or password. The path of the URL is its credential.'),
    {
      label: 'Webhook URL',
      help: 'The production URL of the Webhook node in n8n, of a Zapier catch hook, or of a Make custom webhook. Anyone who knows it can start the workflow, so it is stored encrypted and shown masked.',
      placeholder: 'https://n8n.example.com/webhook/abc123',
      kind: 'url',
      secret: true,
    },
  ),
});

const metadata = jsonObject('Must be a JSON object.').refine(
  (value) => !isDeeperThan(value, MOST_JSON_LEVELS),
  `Must not be nested deeper than ${MOST_JSON_LEVELS} levels.`,
);

const input = z.strictObject({
  message: field(
    z
      .string('Enter a message.')
      .min(1, 'Enter a message.')
      .max(100_000, 'Must be at most 100,000 characters.')
      .meta({ example: 'Customer X just signed up' }),
    {
      label: 'Message',
      help: 'The message for the workflow.',
      placeholder: 'Customer X just signed up',
      kind: 'multiline',
    },
  ),
  metadata: field(metadata.optional().meta({ example: { customer_id: 42 } }), {
    label: 'Metadata',
    help: 'A JSON object with any other data that the workflow needs.',
    placeholder: '{ "customer_id": 42 }',
    kind: 'json',
  }),
});

const NEXT_STEPS: Record<number, string> = {
  401: 'Its webhook requires credentials, and this connector sends none besides the URL. In n8n, set Authentication of the Webhook node to None.',
  403: 'Check the credentials that its webhook requires and the IP addresses that it allows. This connector sends no credentials besides the URL. In n8n, set Authentication of the Webhook node to None, and add this console’s address to IP(s) Allowlist.',
  404: 'Check the webhook URL, and that the workflow is active.',
  405: 'Set the webhook to accept POST requests.',
  410: 'This webhook no longer exists. Set the URL of a new one.',
};

/** Waits in n8n's editor for one call (https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.webhook/). */
const TEST_URL = /\/webhook-test\//;
const NOT_LISTENING =
  'This is an n8n test URL, which answers only one call after "Listen for test event" is clicked in the editor. Set the production URL, and activate the workflow.';

/** n8n and compatible services (Zapier, Make): one POST of `{message, metadata}`, whose response is returned. */
export const n8nWebhook = defineConnectorType({
  type: 'n8n_webhook',
  name: 'n8n webhook',
  description: 'Starts a workflow in n8n, Zapier, or Make with a message, and returns its response.',
  config,
  action: {
    name: 'send_message',
    tool: 'send_to_n8n',
    description:
      'Sends a message, and optional metadata, to an automation workflow, and returns the workflow’s response.',
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
  classifyResponse: (response, { webhook_url }) => {
    const { host, pathname } = new URL(webhook_url);
    return classifyHttpResponse(response, host, (status) =>
      status === 404 && TEST_URL.test(pathname) ? NOT_LISTENING : NEXT_STEPS[status],
    );
  },
});
