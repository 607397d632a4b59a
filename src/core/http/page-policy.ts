export type PagePolicy = {
  /**
   * `report` blocks nothing. The report URL also contains the mode, because some browsers leave it out of their
   * reports.
   */
  mode: 'report' | 'enforce';
  /** Base64, new for every response. */
  nonce: string;
  /** A page of the console, or the one that renders the OpenAPI document. */
  page: 'console' | 'api-docs';
  /**
   * Whether browsers use HTTPS. Without it, Chromium sends no reports for `report-to`, and still ignores `report-uri`.
   */
  isHttps: boolean;
  /** Next's development server evaluates code, adds styles without a nonce, and uses a WebSocket. */
  isDevelopment: boolean;
};

/** The name of the policy's header. */
export const POLICY_HEADERS = {
  report: 'content-security-policy-report-only',
  enforce: 'content-security-policy',
} as const;

/**
 * The content security policy of our own pages: scripts and styles by nonce (https://web.dev/articles/strict-csp),
 * nothing from another origin, and reports to ourselves. Browsers that support `strict-dynamic` ignore `'self'` in the
 * same list (CSP 3 §8.2), which older ones need to load further scripts. Style attributes contain sizes and colors that
 * React writes into the HTML.
 */
export function pagePolicy({ mode, nonce, page, isHttps, isDevelopment }: PagePolicy): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic' 'report-sample'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`} 'report-sample'`,
    "style-src-attr 'unsafe-inline'",
    // Swagger UI's icons are in its style sheet.
    `img-src 'self'${page === 'api-docs' ? ' data:' : ''}`,
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    // Swagger UI turns strings from our own document into HTML, and so does Next's development server.
    ...(page === 'api-docs' || isDevelopment ? [] : TRUSTED_TYPES),
    `report-uri ${reportAddress(mode)}`,
    ...(isHttps ? [`report-to ${ENDPOINT}`] : []),
  ].join('; ');
}

/** The `Reporting-Endpoints` header of a page over HTTPS (Reporting API §3.2). */
export const reportingEndpoints = (mode: PagePolicy['mode']): string => `${ENDPOINT}="${reportAddress(mode)}"`;

const ENDPOINT = 'csp';
const reportAddress = (mode: PagePolicy['mode']) => `/api/csp-report?d=${mode}`;

/** The Trusted Types policies that can turn strings into HTML or scripts: Next's for its chunks, and ours. */
const TRUSTED_TYPES = ["require-trusted-types-for 'script'", 'trusted-types nextjs default'];
