export type PagePolicy = {
  /** `report` blocks nothing. Its address says so too, for some browsers leave it out of their reports. */
  mode: 'report' | 'enforce';
  /** Base64, new with every answer. */
  nonce: string;
  /** A page of the console, or the one that renders the OpenAPI document. */
  page: 'console' | 'api-docs';
  /**
   * Whether browsers come by https. Without, Chromium sends what `report-to` asks for to nobody, and then ignores
   * `report-uri`.
   */
  isHttps: boolean;
  /** Next's development server evaluates code, adds styles without a nonce and speaks over a WebSocket. */
  isDevelopment: boolean;
};

/** The header that a policy stands in. */
export const POLICY_HEADERS = {
  report: 'content-security-policy-report-only',
  enforce: 'content-security-policy',
} as const;

/**
 * The content security policy of our own pages: scripts and styles by nonce (https://web.dev/articles/strict-csp),
 * nothing from another origin, and reports to ourselves. Browsers that know `strict-dynamic` ignore the `'self'` beside it
 * (CSP 3 §8.2); older ones load later scripts by it. Style attributes hold the sizes and colours that React writes into
 * the HTML.
 */
export function pagePolicy({ mode, nonce, page, isHttps, isDevelopment }: PagePolicy): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic' 'report-sample'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`} 'report-sample'`,
    "style-src-attr 'unsafe-inline'",
    // Swagger UI's icons stand in its style sheet.
    `img-src 'self'${page === 'api-docs' ? ' data:' : ''}`,
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    // Swagger UI makes HTML of strings, of a document that is ours; so does Next's development server.
    ...(page === 'api-docs' || isDevelopment ? [] : TRUSTED_TYPES),
    `report-uri ${reportAddress(mode)}`,
    ...(isHttps ? [`report-to ${ENDPOINT}`] : []),
  ].join('; ');
}

/** The `Reporting-Endpoints` header that a page by https has beside its policy (Reporting API §3.2). */
export const reportingEndpoints = (mode: PagePolicy['mode']): string => `${ENDPOINT}="${reportAddress(mode)}"`;

const ENDPOINT = 'csp';
const reportAddress = (mode: PagePolicy['mode']) => `/api/csp-report?d=${mode}`;

/** A string becomes HTML or a script only past one of these: Next's for its own chunks, ours for all else. */
const TRUSTED_TYPES = ["require-trusted-types-for 'script'", 'trusted-types nextjs default'];
