import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { idSchema } from '#platform/trpc/fields.ts';
import type { ContractCode } from '#platform/trpc/refusal.ts';
import { VERSION } from '#platform/version.ts';
import { headersOf, type RestRoute, restRoutes } from '../rest-routes.ts';
import { cspReportPath } from './csp-report-openapi.ts';
import { mcpPath } from './mcp-openapi.ts';
import { portable } from './openapi-portable.ts';
import { ALWAYS, refusal, refusals } from './openapi-refusals.ts';
import { receivedEvents } from './openapi-webhooks.ts';

const body = z
  .object({
    MessageSid: z.string(),
    MessageStatus: z.string().meta({ example: 'delivered' }),
    ErrorCode: z.string().optional().meta({ description: 'Why it failed.' }),
  })
  .meta({ id: 'TwilioStatus' });

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
      ...refusals(...ALWAYS),
    },
  },
};

/** The parts of the API, in the order in which pages show them. */
const TAGS = {
  Connectors: 'Connections to other services, such as n8n and Twilio, and what was sent through them.',
  Tools: 'What agents can call: the actions of connectors, described for models.',
  Webhooks: 'Endpoints that receive your events, with their delivery log.',
  Events: 'What happened in the platform: publish, list, and erase events, and define event types.',
  'Pipeline runs': 'The runs of recipes, for programs that poll.',
  'Change stream': 'The source database whose changes become events.',
  'CSP reports': 'Violations of content security policies that browsers report.',
  'CSP alerts': 'Messages about new kinds of violations.',
  'CSP noise': 'Rules for reports that nobody can act on.',
  'Audit log': 'Who changed what.',
  'Received events': 'What your own server receives from a webhook.',
} satisfies Record<string, string>;

/** The OpenAPI 3.1 document of every procedure that REST serves, and of what browsers report to. */
export function openApiDocument() {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of restRoutes) {
    paths[route.rest.path] = { ...paths[route.rest.path], [route.rest.method.toLowerCase()]: operation(route) };
  }
  paths['/api/csp-report'] = cspReportPath;
  paths['/api/twilio/status/{connector_id}'] = twilioStatusPath;
  paths['/api/mcp'] = mcpPath;
  const document = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Honeyframe Webhooks',
      version: VERSION,
      description:
        'Connectors, webhooks, and reports of the Honeyframe analytics platform. Times are RFC 3339 in UTC with milliseconds, ids are UUIDv7, and lists are newest first with an opaque cursor.',
      contact: { name: 'Honeyframe Webhooks' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, created under Settings, API keys.' },
      },
    },
    paths,
    webhooks: receivedEvents,
  });
  return portable(document);
}

function operation(route: RestRoute): ZodOpenApiOperationObject {
  const { procedure, rest, needs, input } = route;
  const pathNames = [...rest.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const shape = input instanceof z.ZodObject ? input.shape : {};
  const inPath = Object.fromEntries(Object.entries(shape).filter(([name]) => pathNames.includes(name)));
  const fields = Object.fromEntries(Object.entries(shape).filter(([name]) => !pathNames.includes(name)));
  const inHeader = {
    ...Object.fromEntries(headersOf(route).map(([header, field]) => [header, headerField(shape[field])])),
    ...(rest.etag && {
      'If-None-Match': z.string().optional().meta({ description: 'The `ETag` of an earlier answer.' }),
    }),
  };
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
      ...(Object.keys(inHeader).length > 0 && { header: z.object(inHeader) }),
      ...(bodiless && Object.keys(fields).length > 0 && { query: z.object(fields) }),
    },
    ...(!bodiless && body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: responses(route, pathNames.length > 0, bodiless),
  };
}

/** Headers stand beside the fields whose place they take, with the same schema. */
const headerField = (field: unknown) => (field instanceof z.ZodType ? field : z.string().optional());

function responses({ rest, needs, output }: RestRoute, hasId: boolean, bodiless: boolean): ZodOpenApiResponsesObject {
  const status = rest.status ?? 200;
  const success =
    status === 204
      ? { description: 'Done.' }
      : {
          description: 'As asked.',
          content: rest.file ? filesOf(rest.file) : { 'application/json': { schema: output } },
        };
  const codes: ContractCode[] = ['VALIDATION'];
  if (needs !== 'nobody') codes.push('UNAUTHENTICATED', 'FORBIDDEN');
  if (hasId) codes.push('NOT_FOUND');
  if (!bodiless) codes.push('PAYLOAD_TOO_LARGE');
  codes.push(...(rest.errors ?? []));
  if (rest.versioned && rest.method !== 'GET') codes.push('CONFLICT');
  codes.push(...ALWAYS);
  const same = { description: 'The version in `If-None-Match` is still the current one.' };
  const overtaken = refusal('It was changed after the version in `If-Match`. `current` is its current state.');
  return {
    [`${status}`]: success,
    ...(rest.etag && { '304': same }),
    ...refusals(...codes),
    ...(rest.versioned && rest.method !== 'GET' && { '412': overtaken }),
  };
}

const filesOf = (types: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.values(types).map((type) => [type.split(';', 1)[0], { schema: z.string() }]));
