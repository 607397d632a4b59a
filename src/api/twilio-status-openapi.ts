import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { errorBodySchema } from '#platform/error-body.ts';
import { idSchema } from '#platform/paging.ts';

const body = z
  .looseObject({
    MessageSid: z.string(),
    MessageStatus: z.string().meta({ example: 'delivered' }),
    ErrorCode: z.string().optional().meta({ description: 'Why it failed.' }),
  })
  .meta({ id: 'TwilioStatus' });

const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: errorBodySchema } },
});

/** What the API document says of the address that Twilio tells the state of messages to. No procedure serves it. */
export const twilioStatusPath: ZodOpenApiPathItemObject = {
  post: {
    operationId: 'connectors.receiveTwilioStatus',
    tags: ['Connectors'],
    summary: 'Tell what became of a message, as Twilio does',
    description:
      'For Twilio alone: the request carries `X-Twilio-Signature`, made with the connector’s auth token over the public address (`PUBLIC_URL`) and the form.',
    security: [],
    requestParams: { path: z.object({ connector_id: idSchema }) },
    requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: body } } },
    responses: {
      204: { description: 'Taken. Of a message that the connector did not send, it is counted.' },
      400: refusal('There is no message or no status in it.'),
      403: refusal('The signature is not Twilio’s, or cannot be verified here.'),
      404: refusal('There is no such Twilio connector.'),
      405: refusal('To any other method than `POST`.'),
      413: refusal('The body is larger than 1 MiB.'),
    },
  },
};
