/** Something that browsers do not report, so that its absence in the log says nothing. */
export type CoverageFact = {
  id: string;
  /** What never arrives, in a line. */
  what: string;
  why: string;
  /** What can be done about it, if anything. */
  remedy?: string;
  /** Where it was learned. */
  source: string;
};

const SEEN = 'seen with Chromium 156 and Firefox 153';

export const COVERAGE_FACTS: readonly CoverageFact[] = [
  {
    id: 'frame-ancestors-report-to',
    what: 'Violations of frame-ancestors, where the policy has report-to alone',
    why: 'Chromium and Firefox send these by report-uri only.',
    remedy: 'Send frame-ancestors in a policy of its own, in a second header, with report-uri and without report-to.',
    source: `w3c/reporting issue 203; ${SEEN}`,
  },
  {
    id: 'frame-ancestors-report-only-webkit',
    what: 'Violations of frame-ancestors in a report-only policy, from Safari before the summer of 2026',
    why: 'WebKit left the directive out of report-only policies, as CSP Level 2 §7.7 asked for.',
    source: 'WebKit bug 317686, mended in June 2026',
  },
  {
    id: 'report-to-on-http',
    what: 'Anything by report-to from pages or to addresses by plain http',
    why: 'Browsers take reporting endpoints by https alone. Chromium then does not fall back to report-uri either: where report-to stands, it counts alone.',
    remedy: 'Leave report-to out where a page is served by http. The set-up page does.',
    source: 'Reporting API §3.3; MDN, "Reporting-Endpoints"; seen with Chromium 156',
  },
  {
    id: 'report-to-names-nothing',
    what: 'Everything, where report-to names an endpoint that no Reporting-Endpoints header has',
    why: 'Browsers that know report-to ignore report-uri beside it, also when report-to leads nowhere.',
    remedy: 'Send both headers from the same place, and write the name alike in both.',
    source: `CSP Level 3 §6.5.1; ${SEEN}`,
  },
  {
    id: 'reporting-api-versions',
    what: 'Reports by report-to from Firefox before 149, and from Safari before 16.4',
    why: 'They do not know the Reporting API. Chrome knows the Reporting-Endpoints header since 96.',
    remedy: 'Name both: report-uri is what these browsers use.',
    source: 'web-features, "Reporting API" and "CSP violation reports"; MDN browser-compat-data',
  },
  {
    id: 'meta-report-uri',
    what: 'Violations of a policy in a <meta> element that has report-uri, and of any that should only report',
    why: 'In <meta>, browsers ignore report-uri, frame-ancestors and sandbox, and there are no report-only policies.',
    remedy: 'Send the policy as a header. In <meta>, only report-to works, with its endpoint named by a header.',
    source: `CSP Level 3 §3.3; ${SEEN}`,
  },
  {
    id: 'sandboxed-report-to',
    what: 'Reports by report-to from sandboxed pages, from Chromium',
    why: 'A page under the sandbox directive has an origin of its own that nobody shares, and Chromium delivers nothing for such.',
    remedy: 'Give sandboxed pages report-uri without report-to: its reports come, with “Origin: null”.',
    source: 'Seen with Chromium 156; Firefox 153 sends both',
  },
  {
    id: 'redirect-target',
    what: 'Where a redirect led that broke the policy',
    why: 'The report names the address that the page asked for, lest a page learn by it where another site sends its users.',
    source: `w3c/webappsec-csp issue 86; web-platform-tests pull request 27959; ${SEEN}`,
  },
  {
    id: 'report-sample',
    what: 'The inline code that was blocked, unless the policy asks for it',
    why: "Samples are empty where the directive does not say 'report-sample'.",
    remedy: "Add 'report-sample' to script-src and style-src.",
    source: `CSP Level 3 §1.3; ${SEEN}`,
  },
  {
    id: 'webkit-disposition',
    what: 'Whether Safari blocked it, in its reports by report-uri',
    why: 'WebKit leaves the disposition out of the old form.',
    remedy: 'Let the address say it: ?d=report or ?d=enforce. The set-up page does.',
    source: 'Captured from WebKitGTK 2.50',
  },
  {
    id: 'blocked-by-extension',
    what: 'Reports of visitors whose extensions block them',
    why: 'uBlock Origin, for one, has a setting “Block CSP reports”, off unless chosen.',
    source: 'uBlock Origin 1.14.18, release notes',
  },
  {
    id: 'no-guarantee',
    what: 'Some reports, now and then',
    why: 'The Reporting API promises no delivery: browsers gather reports, Chromium for up to a minute, and may drop any of them.',
    remedy: 'Read the log for what happens, not for how often.',
    source: 'Reporting API §1.1; Chrome for Developers, "Monitor your web application with the Reporting API"',
  },
];

/**
 * The first versions of browsers that send CSP reports by `report-to` with `Reporting-Endpoints`, by the names that
 * `browserOf` gives them; of Safari 16 only 16.4 does. Source: web-features, "Reporting API" and "CSP violation reports".
 */
export const REPORT_TO_SINCE: Readonly<Record<string, number>> = { Chrome: 96, Edge: 96, Firefox: 149, Safari: 17 };
