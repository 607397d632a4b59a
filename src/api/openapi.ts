import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { errorBodySchema } from '#platform/http/error-body.ts';
import { idSchema } from '#platform/trpc/fields.ts';
import type { ContractCode } from '#platform/trpc/refusal.ts';
import { VERSION } from '#platform/version.ts';
import { cspReportPath } from './csp-report-openapi.ts';
import { mcpPath } from './mcp-openapi.ts';
import { type RestRoute, restRoutes } from './rest-routes.ts';

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
const twilioStatusPath: ZodOpenApiPathItemObject = {
  post: {
    operationId: 'connectors.receiveTwilioStatus',
    tags: ['Connectors'],
    summary: 'Receive a message status from Twilio',
    description:
      'Only for Twilio: the request must have an `X-Twilio-Signature`, made with the connector’s auth token over the public address (`PUBLIC_URL`) and the form.',
    security: [],
    requestParams: { path: z.object({ connector_id: idSchema }) },
    requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: body } } },
    responses: {
      204: { description: 'Accepted. A status of a message that the connector did not send is only counted.' },
      400: refusal('The form contains no message or no status.'),
      403: refusal('The signature is not valid, or can’t be verified.'),
      404: refusal('There is no Twilio connector with this id.'),
      405: refusal('The method is not `POST`.'),
      413: refusal('The body is larger than 1 MiB.'),
    },
  },
};

const ERRORS: Partial<Record<ContractCode, { status: `${4 | 5}${string}`; description: string }>> = {
  VALIDATION: { status: '400', description: 'The input is invalid. `issues` names each field.' },
  UNAUTHENTICATED: { status: '401', description: 'No session and no valid API key.' },
  FORBIDDEN: { status: '403', description: 'The role or the scope does not allow this.' },
  NOT_FOUND: { status: '404', description: 'The organization has nothing with this id.' },
  CONFLICT: {
    status: '409',
    description: 'It conflicts with the current state, such as a name that is already taken.',
  },
  RATE_LIMITED: {
    status: '429',
    description: 'Too many requests. `Retry-After` says after how many seconds to try again.',
  },
  PAYLOAD_TOO_LARGE: { status: '413', description: 'The body is larger than 1 MiB.' },
};

/** The OpenAPI 3.1 document of every procedure that REST serves, and of what browsers report to. */
export function openApiDocument() {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of restRoutes) {
    paths[route.rest.path] = { ...paths[route.rest.path], [route.rest.method.toLowerCase()]: operation(route) };
  }
  paths['/api/csp-report'] = cspReportPath;
  paths['/api/twilio/status/{connector_id}'] = twilioStatusPath;
  paths['/api/mcp'] = mcpPath;
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Honeyframe Webhooks',
      version: VERSION,
      description:
        'Connectors, webhooks, and reports of the Honeyframe analytics platform. Times are RFC 3339 in UTC with milliseconds, ids are UUIDv7, and lists are newest first with an opaque cursor.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, created under Settings, API keys.' },
      },
    },
    paths,
  });
}

function operation({ procedure, rest, needs, input, output }: RestRoute): ZodOpenApiOperationObject {
  const pathNames = [...rest.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const shape = input instanceof z.ZodObject ? input.shape : {};
  const inPath = Object.fromEntries(Object.entries(shape).filter(([name]) => pathNames.includes(name)));
  const fields = Object.fromEntries(Object.entries(shape).filter(([name]) => !pathNames.includes(name)));
  const bodiless = rest.method === 'GET' || rest.method === 'DELETE';
  const body = rest.body ?? (input instanceof z.ZodObject ? z.strictObject(fields) : input);
  const scope = needs === 'nobody' ? null : needs.scope;
  return {
    operationId: procedure,
    tags: [rest.tag],
    summary: rest.summary,
    description: [rest.description, scope && `API keys need the scope \`${scope}\`.`].filter(Boolean).join(' '),
    requestParams: {
      ...(pathNames.length > 0 && { path: z.object(inPath) }),
      ...(bodiless && Object.keys(fields).length > 0 && { query: z.object(fields) }),
    },
    ...(!bodiless && body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: responses(rest, output, pathNames.length > 0, bodiless),
  };
}

function responses(
  rest: RestRoute['rest'],
  output: z.ZodType,
  hasId: boolean,
  bodiless: boolean,
): ZodOpenApiResponsesObject {
  const status = rest.status ?? 200;
  const success =
    status === 204
      ? { description: 'Done.' }
      : {
          description: 'As asked.',
          content: rest.file ? filesOf(rest.file) : { 'application/json': { schema: output } },
        };
  const codes: ContractCode[] = ['VALIDATION', 'UNAUTHENTICATED', 'FORBIDDEN'];
  if (hasId) codes.push('NOT_FOUND');
  if (!bodiless) codes.push('PAYLOAD_TOO_LARGE');
  codes.push(...(rest.errors ?? []));
  if (rest.versioned && !bodiless) codes.push('CONFLICT');
  const errors = codes.flatMap((code) => {
    const error = ERRORS[code];
    return error
      ? [
          [
            error.status,
            { description: error.description, content: { 'application/json': { schema: errorBodySchema } } },
          ] as const,
        ]
      : [];
  });
  const same = { description: 'The version in `If-None-Match` is still the current one.' };
  const overtaken = {
    description: 'It was changed after the version in `If-Match`. `current` is its current state.',
    content: { 'application/json': { schema: errorBodySchema } },
  };
  return {
    [`${status}`]: success,
    ...(rest.etag && { '304': same }),
    ...Object.fromEntries(errors),
    ...(rest.versioned && !bodiless && { '412': overtaken }),
  };
}

const filesOf = (types: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.values(types).map((type) => [type.split(';', 1)[0], { schema: z.string() }]));
