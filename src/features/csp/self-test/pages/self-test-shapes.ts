import { SELF_TEST_HOST } from '#core/csp/noise/noise-rules.ts';

/** A request as a browser sends it. */
export type SelfTestShape = {
  id: string;
  name: string;
  /** What sends reports in this form. */
  sender: string;
  contentType: string;
  /** The query of the URL, for what the body leaves out. */
  query: '' | '?d=report' | '?d=enforce';
  /** How many lines in the log it causes. */
  lines: number;
  /** @param page the page to report; its URL contains the run and the kind of report. */
  body: (page: string, userAgent: string) => unknown;
};

const OLD = 'application/csp-report';
const NEW = 'application/reports+json';
const ORIGIN = `https://${SELF_TEST_HOST}`;
const blocked = (file: string) => `${ORIGIN}/${file}`;

/** The body of a Reporting API report, in camel case. */
const camel = (page: string, given: object) => ({
  documentURL: page,
  referrer: '',
  blockedURL: blocked('tag.js'),
  effectiveDirective: 'script-src-elem',
  originalPolicy: '',
  sourceFile: page,
  sample: '',
  disposition: 'report',
  statusCode: 200,
  lineNumber: 12,
  columnNumber: 7,
  ...given,
});

/** Every form of report that the endpoint accepts, as browsers send it. The blocked host is the self-test's. */
export const SELF_TEST_SHAPES: readonly SelfTestShape[] = [
  {
    id: 'old-chromium',
    name: 'report-uri',
    sender: 'Chromium, Edge',
    contentType: OLD,
    query: '',
    lines: 1,
    body: (page) => ({
      'csp-report': {
        'document-uri': page,
        referrer: '',
        'violated-directive': 'script-src-elem',
        'effective-directive': 'script-src-elem',
        'original-policy': '',
        disposition: 'report',
        'blocked-uri': blocked('tag.js'),
        'line-number': 3,
        'column-number': 43,
        'source-file': page,
        'status-code': 200,
        'script-sample': '',
      },
    }),
  },
  {
    id: 'old-firefox',
    name: 'report-uri, inline code',
    sender: 'Firefox',
    contentType: OLD,
    query: '',
    lines: 1,
    body: (page) => ({
      'csp-report': {
        'blocked-uri': 'inline',
        'column-number': 1,
        disposition: 'enforce',
        'document-uri': page,
        'effective-directive': 'style-src-attr',
        'original-policy': '',
        referrer: '',
        'source-file': page,
        'script-sample': 'color: teal',
        'status-code': 200,
        'violated-directive': 'style-src-attr',
      },
    }),
  },
  {
    id: 'old-webkit',
    name: 'report-uri, disposition in the URL',
    sender: 'Safari',
    contentType: OLD,
    query: '?d=enforce',
    lines: 1,
    body: (page) => ({
      type: 'csp-violation',
      url: page,
      'csp-report': {
        'document-uri': page,
        referrer: '',
        'violated-directive': 'img-src',
        'effective-directive': 'img-src',
        'original-policy': '',
        'blocked-uri': blocked('pixel.gif'),
        'status-code': 0,
      },
    }),
  },
  {
    id: 'first-level',
    name: 'report-uri of CSP 1',
    sender: 'Old browsers',
    contentType: 'application/json',
    query: '?d=report',
    lines: 1,
    body: (page) => ({
      'csp-report': {
        'document-uri': page,
        'blocked-uri': ORIGIN,
        'violated-directive': "font-src 'self' https://fonts.example.com",
      },
    }),
  },
  {
    id: 'bare',
    name: 'A bare report, without an envelope',
    sender: 'Old collectors and libraries',
    contentType: 'text/plain',
    query: '?d=report',
    lines: 1,
    body: (page) => ({
      'document-uri': page,
      'blocked-uri': blocked('frame.html'),
      'effective-directive': 'frame-src',
    }),
  },
  {
    id: 'new-chromium',
    name: 'report-to, a list',
    sender: 'Chromium, Edge',
    contentType: NEW,
    query: '',
    lines: 1,
    body: (page, userAgent) => [
      { age: 0, body: camel(page, {}), type: 'csp-violation', url: page, user_agent: userAgent },
    ],
  },
  {
    id: 'new-firefox',
    name: 'report-to, with nulls',
    sender: 'Firefox from 149',
    contentType: NEW,
    query: '',
    lines: 1,
    body: (page, userAgent) => [
      {
        age: 4,
        type: 'csp-violation',
        url: page,
        user_agent: userAgent,
        body: camel(page, { referrer: null, sourceFile: null, sample: null, lineNumber: null, columnNumber: null }),
      },
    ],
  },
  {
    id: 'new-webkit',
    name: 'report-to, a single object',
    sender: 'Safari from 16.4',
    contentType: OLD,
    query: '',
    lines: 1,
    body: (page) => ({
      type: 'csp-violation',
      url: page,
      body: camel(page, { disposition: 'enforce', effectiveDirective: 'connect-src', lineNumber: 0, columnNumber: 1 }),
    }),
  },
  {
    id: 'snake-case',
    name: 'Keys in snake case',
    sender: 'Proxies that forward reports',
    contentType: 'application/json',
    query: '',
    lines: 1,
    body: (page) => ({
      csp_report: {
        document_uri: page,
        blocked_uri: blocked('media.mp4'),
        effective_directive: 'media-src',
        disposition: 'report',
        status_code: '200',
        line_number: '12',
      },
    }),
  },
  {
    id: 'other-type',
    name: 'Another type of the Reporting API',
    sender: 'Chromium',
    contentType: NEW,
    query: '',
    lines: 1,
    body: (page, userAgent) => [
      {
        age: 0,
        body: { id: 'SelfTest', message: 'The self-test reports itself as deprecated.', sourceFile: page },
        type: 'deprecation',
        url: page,
        user_agent: userAgent,
      },
    ],
  },
  {
    id: 'bad-entry',
    name: 'A batch with a bad entry',
    sender: 'Faulty clients',
    contentType: NEW,
    query: '',
    lines: 2,
    body: (page, userAgent) => [
      { age: 0, body: camel(page, {}), type: 'csp-violation', url: page, user_agent: userAgent },
      { age: 0, body: 42, type: 'csp-violation' },
      { age: 0, body: camel(page, { lineNumber: 13 }), type: 'csp-violation', url: page, user_agent: userAgent },
    ],
  },
];

/** The page in a report. No part of it may look like a secret, because secrets are redacted. */
export const pageOfShape = (run: string, { id }: Pick<SelfTestShape, 'id'>): string => `${ORIGIN}/${run}/${id}`;
