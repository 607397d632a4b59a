/** Something that browsers don't report, so its absence from the log means nothing. */
export type CoverageFact = {
  id: string;
  /** What is never reported, in a line. */
  what: string;
  why: string;
  /** What can be done about it, if anything. */
  remedy?: string;
  /** The source. */
  source: string;
};

const SEEN = 'seen with Chromium 156 and Firefox 153';

export const COVERAGE_FACTS: readonly CoverageFact[] = [
  {
    id: 'frame-ancestors-report-to',
    what: 'Violations of frame-ancestors, if the policy has only report-to',
    why: 'Chromium and Firefox report these only with report-uri.',
    remedy: 'Send frame-ancestors as a separate policy, in a second header, with report-uri and without report-to.',
    source: `w3c/reporting issue 203; ${SEEN}`,
  },
  {
    id: 'frame-ancestors-report-only-webkit',
    what: 'Violations of frame-ancestors in a report-only policy, from Safari before the summer of 2026',
    why: 'WebKit ignored the directive in report-only policies, as CSP Level 2 §7.7 required.',
    source: 'WebKit bug 317686, fixed in June 2026',
  },
  {
    id: 'report-to-on-http',
    what: 'Reports with report-to from HTTP pages, or to HTTP endpoints',
    why: 'Browsers accept only HTTPS reporting endpoints. Chromium doesn’t fall back to report-uri in this case, because it ignores report-uri if report-to is present.',
    remedy: 'Leave out report-to on pages that are served over HTTP. The set-up page does this.',
    source: 'Reporting API §3.3; MDN, "Reporting-Endpoints"; seen with Chromium 156',
  },
  {
    id: 'report-to-names-nothing',
    what: 'All reports, if report-to names an endpoint that no Reporting-Endpoints header defines',
    why: 'Browsers that support report-to ignore report-uri in the same policy, even if the endpoint of report-to doesn’t exist.',
    remedy: 'Send both headers from the same place, and use the same name in both.',
    source: `CSP Level 3 §6.5.1; ${SEEN}`,
  },
  {
    id: 'reporting-api-versions',
    what: 'Reports with report-to from Firefox before 149 and Safari before 16.4',
    why: 'They don’t support the Reporting API. Chrome has supported the Reporting-Endpoints header since version 96.',
    remedy: 'Send both report-to and report-uri. These browsers use report-uri.',
    source: 'web-features, "Reporting API" and "CSP violation reports"; MDN browser-compat-data',
  },
  {
    id: 'meta-report-uri',
    what: 'Violations of a policy in a <meta> element, if it uses report-uri or should be report-only',
    why: 'In <meta>, browsers ignore report-uri, frame-ancestors, and sandbox, and there are no report-only policies.',
    remedy: 'Send the policy as a header. In <meta>, only report-to works, and a header has to define its endpoint.',
    source: `CSP Level 3 §3.3; ${SEEN}`,
  },
  {
    id: 'sandboxed-report-to',
    what: 'Reports with report-to from sandboxed pages in Chromium',
    why: 'The sandbox directive gives a page an opaque origin, and Chromium delivers no reports for these.',
    remedy: 'Use report-uri without report-to for sandboxed pages. Its reports arrive, with “Origin: null”.',
    source: 'Seen with Chromium 156; Firefox 153 sends both',
  },
  {
    id: 'redirect-target',
    what: 'The target of a redirect that violated the policy',
    why: 'The report contains the URL that the page requested, so that pages can’t find out where another site redirects its users.',
    source: `w3c/webappsec-csp issue 86; web-platform-tests pull request 27959; ${SEEN}`,
  },
  {
    id: 'report-sample',
    what: 'The blocked inline code, unless the policy requests it',
    why: "Samples are empty if the directive doesn’t contain 'report-sample'.",
    remedy: "Add 'report-sample' to script-src and style-src.",
    source: `CSP Level 3 §1.3; ${SEEN}`,
  },
  {
    id: 'webkit-disposition',
    what: 'Whether Safari blocked something, in reports with report-uri',
    why: 'WebKit leaves out the disposition in the report-uri format.',
    remedy: 'Add it to the report URL: ?d=report or ?d=enforce. The set-up page does this.',
    source: 'Captured from WebKitGTK 2.50',
  },
  {
    id: 'blocked-by-extension',
    what: 'Reports from visitors whose browser extensions block them',
    why: 'uBlock Origin, for example, has a setting “Block CSP reports”, which is off by default.',
    source: 'uBlock Origin 1.14.18, release notes',
  },
  {
    id: 'no-guarantee',
    what: 'Some reports, occasionally',
    why: 'The Reporting API doesn’t guarantee delivery. Browsers collect reports, in Chromium for up to a minute, and can drop any of them.',
    remedy: 'Use the log to find out what happens, not exactly how often.',
    source: 'Reporting API §1.1; Chrome for Developers, "Monitor your web application with the Reporting API"',
  },
];

/**
 * The first browser versions that send CSP reports with `report-to` and `Reporting-Endpoints`, by the names from
 * `browserOf`. Safari 16 supports it only from 16.4. Source: web-features, "Reporting API" and "CSP violation reports".
 */
export const REPORT_TO_SINCE: Readonly<Record<string, number>> = { Chrome: 96, Edge: 96, Firefox: 149, Safari: 17 };
