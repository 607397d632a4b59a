import { parsePolicies, serializePolicies, withDirective, withoutDirective } from './policy.ts';

export type PolicyMode = 'enforce' | 'report';

const HEADERS: Record<PolicyMode, string> = {
  enforce: 'Content-Security-Policy',
  report: 'Content-Security-Policy-Report-Only',
};
const GROUP = 'csp';

/** A header by its name and its value. */
type Header = { name: string; value: string };

/**
 * The policy with its reports sent to an address, by `report-uri` for all browsers, and by `report-to` where the address
 * has TLS: Chromium sends to no other, and then ignores `report-uri`.
 * @param endpoint the address of the CSP report route; `?d=` tells it the mode, which some browsers leave out.
 */
export function withReports(text: string, endpoint: string, mode: PolicyMode): string {
  const address = reportAddress(endpoint, mode);
  return serializePolicies(
    parsePolicies(text).map((policy) => {
      const told = withDirective(policy, { name: 'report-uri', values: [address] });
      return hasTls(endpoint)
        ? withDirective(told, { name: 'report-to', values: [GROUP] })
        : withoutDirective(told, 'report-to');
    }),
  );
}

const hasTls = (endpoint: string) => endpoint.startsWith('https:');
const reportAddress = (endpoint: string, mode: PolicyMode) => `${endpoint}?d=${mode}`;

/** The headers of a policy. With an endpoint, its reports go there (Reporting API §3.2 names it to the browser). */
export function policyHeaders(text: string, mode: PolicyMode, endpoint?: string): Header[] {
  if (endpoint === undefined) return [{ name: HEADERS[mode], value: serializePolicies(parsePolicies(text)) }];
  const policy = { name: HEADERS[mode], value: withReports(text, endpoint, mode) };
  const endpoints = { name: 'Reporting-Endpoints', value: `${GROUP}="${reportAddress(endpoint, mode)}"` };
  return hasTls(endpoint) ? [policy, endpoints] : [policy];
}

/** What CSP Level 3 §3.3 ignores in a `<meta>` element; reports are asked for by headers. */
const NOT_IN_META = ['frame-ancestors', 'report-uri', 'report-to', 'sandbox'];

const escapeHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

/** One element for each policy, without what it cannot say. It always enforces. */
const metaElements = (text: string): string =>
  parsePolicies(text)
    .map((policy) => serializePolicies([NOT_IN_META.reduce(withoutDirective, policy)]))
    .map((value) => `<meta http-equiv="${HEADERS.enforce}" content="${escapeHtml(value)}">`)
    .join('\n');

/** nginx takes a backslash before a quote; `$` begins a variable, which is how a nonce gets in. */
const nginxLine = ({ name, value }: Header) => `add_header ${name} "${value.replace(/["\\]/g, '\\$&')}" always;`;

/** mod_headers reads `%` as the begin of a variable. */
const apacheLine = ({ name, value }: Header) =>
  `Header always set ${name} "${value.replace(/["\\]/g, '\\$&').replace(/%/g, '%%')}"`;

/** Caddy takes a backslash before a quote. */
const caddyLines = (headers: readonly Header[]): string =>
  ['header {', ...headers.map(({ name, value }) => `\t${name} "${value.replace(/["\\]/g, '\\$&')}"`), '}'].join('\n');

const expressLines = (headers: readonly Header[]): string =>
  [
    'app.use((request, response, next) => {',
    ...headers.map(({ name, value }) => `  response.setHeader('${name}', ${JSON.stringify(value)});`),
    '  next();',
    '});',
  ].join('\n');

const nextLines = (headers: readonly Header[]): string =>
  [
    'headers: async () => [',
    '  {',
    "    source: '/:path*',",
    '    headers: [',
    ...headers.map(({ name, value }) => `      { key: '${name}', value: ${JSON.stringify(value)} },`),
    '    ],',
    '  },',
    '],',
  ].join('\n');

/** The forms that a policy can be copied in, by what they are called. */
export const POLICY_FORMS = {
  header: 'Header',
  nginx: 'nginx',
  apache: 'Apache',
  caddy: 'Caddy',
  express: 'Express',
  next: 'next.config',
  meta: 'Meta element',
} as const;

export type PolicyForm = keyof typeof POLICY_FORMS;

const lineByLine = (line: (header: Header) => string) => (headers: readonly Header[]) => headers.map(line).join('\n');

const WRITERS: Record<Exclude<PolicyForm, 'meta'>, (headers: readonly Header[]) => string> = {
  header: lineByLine(({ name, value }) => `${name}: ${value}`),
  nginx: lineByLine(nginxLine),
  apache: lineByLine(apacheLine),
  caddy: caddyLines,
  express: expressLines,
  next: nextLines,
};

/**
 * A policy as it is pasted into a server's configuration or a page.
 * @param endpoint where reports shall go; left out, the policy says so itself or not at all.
 */
export function writePolicy(form: PolicyForm, text: string, mode: PolicyMode, endpoint?: string): string {
  if (form === 'meta') return metaElements(text);
  const headers = policyHeaders(text, mode, endpoint);
  return WRITERS[form](headers);
}
