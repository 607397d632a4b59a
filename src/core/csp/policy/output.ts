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
 * The policy with its reports sent to an endpoint: with `report-uri` for all browsers, and with `report-to` if the
 * endpoint uses TLS. With `report-to`, Chromium sends reports only over TLS, and it ignores `report-uri`.
 * @param endpoint the URL of the CSP report route. `?d=` adds the mode, which some browsers leave out of their reports.
 */
export function withReports(text: string, endpoint: string, mode: PolicyMode): string {
  const address = reportAddress(endpoint, mode);
  return serializePolicies(
    parsePolicies(text).map((policy) => {
      const withUri = withDirective(policy, { name: 'report-uri', values: [address] });
      return hasTls(endpoint)
        ? withDirective(withUri, { name: 'report-to', values: [GROUP] })
        : withoutDirective(withUri, 'report-to');
    }),
  );
}

const hasTls = (endpoint: string) => endpoint.startsWith('https:');
const reportAddress = (endpoint: string, mode: PolicyMode) => `${endpoint}?d=${mode}`;

/** The headers of a policy. With an endpoint, they also say where to send reports (Reporting API §3.2). */
export function policyHeaders(text: string, mode: PolicyMode, endpoint?: string): Header[] {
  if (endpoint === undefined) return [{ name: HEADERS[mode], value: serializePolicies(parsePolicies(text)) }];
  const policy = { name: HEADERS[mode], value: withReports(text, endpoint, mode) };
  const endpoints = { name: 'Reporting-Endpoints', value: `${GROUP}="${reportAddress(endpoint, mode)}"` };
  return hasTls(endpoint) ? [policy, endpoints] : [policy];
}

/** Directives that are ignored in a `<meta>` element (CSP Level 3 §3.3). Reporting needs headers. */
const NOT_IN_META = ['frame-ancestors', 'report-uri', 'report-to', 'sandbox'];

const escapeHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

/** One element per policy, without the directives that are ignored there. It always enforces. */
const metaElements = (text: string): string =>
  parsePolicies(text)
    .map((policy) => serializePolicies([NOT_IN_META.reduce(withoutDirective, policy)]))
    .map((value) => `<meta http-equiv="${HEADERS.enforce}" content="${escapeHtml(value)}">`)
    .join('\n');

/** In nginx, a backslash escapes quotes. `$` starts a variable, which a nonce can use. */
const nginxLine = ({ name, value }: Header) => `add_header ${name} "${value.replace(/["\\]/g, '\\$&')}" always;`;

/** In mod_headers, `%` starts a variable. */
const apacheLine = ({ name, value }: Header) =>
  `Header always set ${name} "${value.replace(/["\\]/g, '\\$&').replace(/%/g, '%%')}"`;

/** In Caddy, a backslash escapes quotes. */
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

/** The formats in which a policy can be copied, with their names. */
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
 * Writes a policy for a server's configuration or a page.
 * @param endpoint the URL for reports. Without it, the policy's own reporting directives stay as they are.
 */
export function writePolicy(form: PolicyForm, text: string, mode: PolicyMode, endpoint?: string): string {
  if (form === 'meta') return metaElements(text);
  const headers = policyHeaders(text, mode, endpoint);
  return WRITERS[form](headers);
}
