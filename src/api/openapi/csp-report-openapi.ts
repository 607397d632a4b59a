import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { refusal as plainRefusal } from './openapi-refusals.ts';

const url = (description: string) => z.string().nullish().meta({ description });
const number = z.number().nullish();

/** CSP 1 and 2, and CSP Level 3 §5.4: what `report-uri` sends. */
const oldViolation = z
  .looseObject({
    'document-uri': url('The page.'),
    referrer: url('The page’s referrer.'),
    'blocked-uri': url('What was blocked: a URL, a scheme, or a keyword such as `inline` or `eval`.'),
    'effective-directive': z.string().nullish(),
    'violated-directive': z.string().nullish(),
    'original-policy': z.string().nullish(),
    disposition: z.string().nullish().meta({ description: '`enforce` or `report`.' }),
    'status-code': number,
    'script-sample': z.string().nullish(),
    'source-file': z.string().nullish(),
    'line-number': number,
    'column-number': number,
  })
  .meta({ id: 'CspReportUriViolation', description: 'A violation in the format of `report-uri`.' });

/** The Reporting API, §3.2 and §5, and CSP Level 3 §5.5: what `report-to` sends. */
const reportingApiReport = z
  .looseObject({
    type: z
      .string()
      .meta({ description: '`csp-violation`, or another type of the Reporting API, which is logged unchanged.' }),
    url: z.string().nullish(),
    age: z.number().nullish().meta({ description: 'How many milliseconds before the report was sent it happened.' }),
    user_agent: z.string().nullish(),
    body: z
      .looseObject({
        documentURL: url('The page.'),
        referrer: url('The page’s referrer.'),
        blockedURL: url('What was blocked: a URL, a scheme, or a keyword such as `inline` or `eval`.'),
        effectiveDirective: z.string().nullish(),
        originalPolicy: z.string().nullish(),
        disposition: z.string().nullish().meta({ description: '`enforce` or `report`.' }),
        statusCode: number,
        sample: z.string().nullish(),
        sourceFile: z.string().nullish(),
        lineNumber: number,
        columnNumber: number,
      })
      .nullish(),
  })
  .meta({ id: 'ReportingApiReport', description: 'A report in the format of the Reporting API (`report-to`).' });

/** Any of the formats, since clients could not tell by a field which one it is: all fields of all of them, each optional. */
const report = z
  .looseObject({
    'csp-report': oldViolation.optional(),
    ...reportingApiReport.partial().shape,
    ...oldViolation.shape,
  })
  .meta({
    id: 'CspReport',
    description:
      'A report in one of the formats that browsers send: `csp-report` (`report-uri`), `type` and `body` (the Reporting API), or the fields of a violation without anything around them.',
  });

const body = z.union([report, z.array(report).meta({ id: 'CspReportList' })]).meta({
  id: 'CspReports',
  description: 'Any of the formats that browsers send. Unknown fields are ignored.',
});

const REPORT_URI = {
  'csp-report': {
    'document-uri': 'https://shop.example.com/cart',
    'effective-directive': 'script-src-elem',
    'blocked-uri': 'https://cdn.example.net/app.js',
    'original-policy': "script-src 'self'; report-uri /api/csp-report?d=enforce",
    disposition: 'enforce',
  },
};
const REPORT_TO = [
  {
    type: 'csp-violation',
    age: 10,
    url: 'https://shop.example.com/cart',
    user_agent: 'Mozilla/5.0',
    body: {
      documentURL: 'https://shop.example.com/cart',
      effectiveDirective: 'script-src-elem',
      blockedURL: 'https://cdn.example.net/app.js',
      originalPolicy: "script-src 'self'; report-to csp",
      disposition: 'enforce',
    },
  },
];

const EVERY_ANSWER = {
  'Access-Control-Allow-Origin': { description: '`*`', schema: { type: 'string' } },
  'Cross-Origin-Resource-Policy': { description: '`cross-origin`', schema: { type: 'string' } },
} as const;

const refusal = (description: string, headers = {}) => plainRefusal(description, { ...EVERY_ANSWER, ...headers });

/** What the API document says of the address that browsers report to. No procedure serves it, for nobody signs in. */
export const cspReportPath: ZodOpenApiPathItemObject = {
  post: {
    operationId: 'csp.receive',
    tags: ['CSP reports'],
    summary: 'Report CSP violations',
    description:
      'Accepts the reports that browsers send for `report-uri` and `report-to`. The format is recognized by the body, whatever the content type. In a list, each entry is processed separately, and invalid entries are skipped. There is no authentication.',
    security: [],
    requestParams: {
      query: z.object({
        d: z.enum(['report', 'enforce']).optional().meta({
          description:
            'The disposition of the policy that reports to this address, for browsers that leave it out of the report.',
        }),
      }),
    },
    requestBody: {
      required: true,
      description: 'At most 1 MiB.',
      content: {
        'application/json': { schema: body, example: REPORT_TO },
        'application/csp-report': { schema: body, example: REPORT_URI },
        'application/reports+json': { schema: body, example: REPORT_TO },
      },
    },
    responses: {
      204: { description: 'At least one report was accepted.', headers: EVERY_ANSWER },
      400: refusal('The body is not JSON, or contains no report.'),
      405: refusal('The method is not `POST` or `OPTIONS`.', {
        Allow: { description: '`POST, OPTIONS`', schema: { type: 'string' } },
      }),
      413: refusal('The body is larger than 1 MiB.'),
      429: refusal('Too many reports from this client, or too many at the same time.', {
        'Retry-After': { description: 'The number of seconds after which to try again.', schema: { type: 'integer' } },
      }),
    },
  },
  options: {
    operationId: 'csp.preflight',
    tags: ['CSP reports'],
    summary: 'Answer a browser’s preflight request',
    description:
      'Browsers send this request before they report to another origin with `report-to`. Every origin is allowed.',
    security: [],
    responses: {
      204: {
        description: 'It may.',
        headers: {
          ...EVERY_ANSWER,
          'Access-Control-Allow-Methods': { description: '`POST`', schema: { type: 'string' } },
          'Access-Control-Allow-Headers': { description: '`content-type`', schema: { type: 'string' } },
          'Access-Control-Max-Age': { description: 'Seconds: `86400`', schema: { type: 'integer' } },
        },
      },
      400: refusal('The request is not valid HTTP.'),
    },
  },
};
