/**
 * What makes a violation noise: nothing on the site's own pages is behind it. Any one part of a rule suffices. Noise is
 * labelled with the rule's id, and never dropped.
 */
export type NoiseRule = {
  id: string;
  /** What a list of rules calls it. */
  name: string;
  /** A description for people who read the violation. */
  reason: string;
  /** Where the rule was learned. */
  source: string;
  /** Set when a site may mean this host to be there: then the label is a hint, and the administrator decides. */
  legitimate?: string;
  /** Of what was blocked, of the source file or of the document: `moz-extension`, and so `moz-extension://…`. */
  schemes?: readonly string[];
  /** Hosts of the blocked resource or the source file. Their subdomains are included. */
  hosts?: readonly string[];
  /** Pieces of code that pages do not hold themselves: in the sample or the source file's name. */
  samples?: readonly string[];
  /** Browsers below a version, which do not know what the policy says; `policy` is a word that it must have. */
  oldBrowsers?: { below: Readonly<Record<string, number>>; policy: readonly string[]; kinds: readonly string[] };
};

const SENTRY = 'Sentry, default list of disallowed CSP sources (getsentry/sentry, interfaces/security.py)';
const CSP_WTF = 'CSP WTF, a collection of unexplained reports (nico3333fr/CSP-useful, csp-wtf)';

/** Where the self-test's reports say that they come from: a name that no page can have (RFC 6761 §6.4). */
export const SELF_TEST_HOST = 'self-test.honeyframe.invalid';

export const NOISE_RULES: readonly NoiseRule[] = [
  {
    id: 'self-test',
    name: 'Self-test',
    reason: 'This console tested itself: the report was made up, and nothing happened on a page.',
    source: 'This console, its set-up page',
    hosts: [SELF_TEST_HOST],
  },
  {
    id: 'browser-extension',
    name: 'Browser extension',
    reason: 'A browser extension put something into the page, and the policy stopped it.',
    source: `${SENTRY}; CSP Level 3 §8.4 leaves extensions to the browser; Mozilla bug 1588957`,
    schemes: [
      'chrome-extension',
      'moz-extension',
      'safari-extension',
      'safari-web-extension',
      'ms-browser-extension',
      'webkit-masked-url',
      'mxaddon-pkg',
      'user-script',
    ],
  },
  {
    id: 'browser-internal',
    name: 'Browser’s own pages',
    reason: "A page or script of the browser's own was reported, not one of the site's.",
    source: SENTRY,
    schemes: [
      'chrome',
      'chrome-error',
      'chrome-search',
      'chromenull',
      'chromeinvoke',
      'chromeinvokeimmediate',
      'edge',
      'opera',
      'resource',
      'jar',
      'symres',
      'view-source',
    ],
  },
  {
    id: 'antivirus',
    name: 'Antivirus',
    reason: 'Antivirus software on the visitor’s machine injects its own scripts into every page.',
    source: `report-uri/report-uri-bugs issue 27 (kaspersky-labs.com); ${SENTRY}`,
    schemes: ['tmtbff', 'mbinit'],
    hosts: ['kaspersky-labs.com'],
  },
  {
    id: 'ad-blocker-proxy',
    name: 'Ad blocker',
    reason: 'An ad blocker that filters the visitor’s traffic injects its own scripts and styles.',
    source: `${SENTRY}; AdGuard knowledge base, "Integration mode" (local.adguard.org)`,
    hosts: ['injections.adguard.com', 'injections.adguard.org', 'local.adguard.com', 'local.adguard.org'],
  },
  {
    id: 'company-proxy',
    name: 'Company proxy',
    reason: 'A filtering proxy of the visitor’s company stands between the browser and the site.',
    source: SENTRY,
    legitimate: 'A site that is itself published through Zscaler may load from there.',
    hosts: ['gateway.zscaler.net', 'gateway.zscalerone.net', 'gateway.zscalertwo.net', 'gateway.zscalerthree.net'],
  },
  {
    id: 'adware',
    name: 'Adware',
    reason: 'Adware on the visitor’s machine or in an extension loads advertisements into every page.',
    source: `${SENTRY}; "What we discovered when we deployed CSP", die-antwort.eu, 2017`,
    hosts: [
      'superfish.com',
      'metrext.com',
      'tlscdn.com',
      'image2play.com',
      'zilionfast.in',
      'searchfun.in',
      'datafastguru.info',
      'pulseadnetwork.com',
      'resultshub-a.akamaihd.net',
      'middlerush-a.akamaihd.net',
      'cdncache-a.akamaihd.net',
      'savingsslider-a.akamaihd.net',
      'websmartcenter.com',
      'a.linkluster.com',
      'saveyoutime.ru',
      'x.rafomedia.com',
      'icontent.us',
      'amiok.org',
      'connectionstrenth.com',
      'netanalitics.space',
      'printapplink.com',
      'godlinkapp.com',
      'devappstor.com',
      'hoholikik.club',
      'smartlink.cool',
      'promfflinkdev.com',
      'secure.surfbuyermac.com',
      '73a5b0806e464be8bd4e694c744624f0.com',
      '020dfefc4ac745dab7594f2f771c1ded.com',
    ],
  },
  {
    id: 'password-manager',
    name: 'Password manager',
    reason: 'A password manager reaches for its own server from within the page.',
    source: SENTRY,
    legitimate: 'A site that works with Passpack may load from there.',
    hosts: ['www.passpack.com'],
  },
  {
    id: 'widget-of-visitors',
    name: 'Visitors’ widget',
    reason: 'A widget that extensions and toolbars bring along.',
    source: SENTRY,
    legitimate: 'Sites put these widgets on their own pages too: then allow the host, and mute nothing.',
    hosts: ['widgets.amung.us', 'siteheart.net', 'addons.mozilla.org'],
  },
  {
    id: 'page-translation',
    name: 'Page translation',
    reason: 'The visitor had the page translated, which loads a script and a style into it.',
    source: `${CSP_WTF}; Google Chrome help, "Translate pages"`,
    legitimate: 'A site that embeds Google Translate means these to be there.',
    hosts: ['translate.googleapis.com', 'translate.google.com', 'translate-pa.googleapis.com'],
  },
  {
    id: 'in-app-browser',
    name: 'In-app browser',
    reason: 'An app shows the site inside itself and talks to its own page by a made-up scheme.',
    source: `${SENTRY} (webviewprogressproxy, of NJKWebViewProgress); WebViewJavascriptBridge (wvjbscheme); ${CSP_WTF}`,
    schemes: [
      'webviewprogressproxy',
      'webviewprogress',
      'wvjbscheme',
      'android-webview-video-poster',
      'gsa',
      'fb',
      'weixin',
      'sinaweibo',
      'baiduboxapp',
      'intent',
    ],
  },
  {
    id: 'in-app-sample',
    name: 'Code of an app',
    reason: 'The code is what an app or an iOS browser injects into the pages that it shows.',
    source:
      'Chromium for iOS (__gCrWeb), Firefox for iOS (__firefox__), Facebook’s in-app browser (_AutofillCallbackHandler), Zalo (zaloJSV2)',
    samples: ['__gCrWeb', 'gCrWeb.', '__firefox__', '_AutofillCallbackHandler', 'zaloJSV2', 'WebViewJavascriptBridge'],
  },
  {
    id: 'extension-sample',
    name: 'Code of an extension',
    reason: 'The code is what a well-known extension injects into every page.',
    source: `${CSP_WTF}; the extensions' own sources (LastPass, Grammarly, Tampermonkey, React and Redux DevTools)`,
    samples: [
      'lastpass',
      '__lpform',
      'grammarly',
      'tampermonkey',
      'greasemonkey',
      '__REACT_DEVTOOLS_GLOBAL_HOOK__',
      '__REDUX_DEVTOOLS_EXTENSION__',
      'chrome-extension://',
      'moz-extension://',
    ],
  },
  {
    id: 'old-browser-nonce',
    name: 'Browser without nonces',
    reason: 'The browser is too old for nonces and hashes (CSP 2) and so blocks inline code that the policy allows.',
    source: 'caniuse.com, "Content Security Policy Level 2"',
    oldBrowsers: {
      below: { Chrome: 40, Firefox: 35, Safari: 10, Edge: 15, Opera: 27 },
      policy: ["'nonce-", "'sha256-", "'sha384-", "'sha512-"],
      kinds: ['inline'],
    },
  },
  {
    id: 'old-browser-strict-dynamic',
    name: 'Browser without strict-dynamic',
    reason: "The browser is too old for 'strict-dynamic' (CSP 3) and so blocks scripts that the policy allows.",
    source: 'caniuse.com, "CSP: \'strict-dynamic\'"',
    oldBrowsers: {
      below: { Chrome: 52, Firefox: 52, Safari: 15, Edge: 79, Opera: 39 },
      policy: ["'strict-dynamic'"],
      kinds: ['host', 'scheme'],
    },
  },
];
