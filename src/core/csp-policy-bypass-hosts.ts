/** Why a host in `script-src` lets code run that the site never meant: an attacker's markup only has to name it. */
export type BypassKind = 'jsonp' | 'angularjs' | 'any-package' | 'gtm';

type BypassRule = { kind: BypassKind; source: string; hosts: readonly string[] };

const PAPER = 'Weichselbaum et al., “CSP Is Dead, Long Live CSP!” (ACM CCS 2016)';
const EVALUATOR = 'google/csp-evaluator, allowlist_bypasses';

/** What each kind does, in words that follow the host’s name. */
export const BYPASS_WORDS: Record<BypassKind, string> = {
  jsonp: 'answers with a script that calls whatever name the address asks for (JSONP)',
  angularjs: 'serves AngularJS, whose templates run code that the markup holds',
  'any-package': 'serves every package that anybody publishes',
  gtm: "serves scripts that anybody can configure, and these run code of their own where 'unsafe-eval' is allowed",
};

/**
 * Hosts that sites often allow and that are known for such answers: a selection, so that a host that is missing is not
 * thereby safe. Hosts are exact.
 */
export const BYPASS_RULES: readonly BypassRule[] = [
  {
    kind: 'angularjs',
    source: `${PAPER}; ${EVALUATOR}/angular.ts`,
    hosts: [
      'ajax.googleapis.com',
      'cdn.bootcss.com',
      'cdn.shopify.com',
      'cdnjs.cloudflare.com',
      'gstatic.com',
      'oss.maxcdn.com',
      'www.gstatic.com',
      'yandex.st',
      'yastatic.net',
    ],
  },
  {
    kind: 'any-package',
    source: `${EVALUATOR}/jsonp.ts (cdn.jsdelivr.net); the documentation of jsDelivr, unpkg, esm.sh and Skypack`,
    hosts: ['cdn.jsdelivr.net', 'cdn.skypack.dev', 'esm.sh', 'esm.run', 'unpkg.com'],
  },
  {
    kind: 'gtm',
    source: `${EVALUATOR}/jsonp.ts, which asks for 'unsafe-eval' with these`,
    hosts: [
      'google-analytics.com',
      'googletagmanager.com',
      'ssl.google-analytics.com',
      'www.google-analytics.com',
      'www.googleadservices.com',
      'www.googletagmanager.com',
    ],
  },
  {
    kind: 'jsonp',
    source: `${PAPER}; ${EVALUATOR}/jsonp.ts`,
    hosts: [
      'accounts.google.com',
      'api.facebook.com',
      'api.flickr.com',
      'api.instagram.com',
      'api.map.baidu.com',
      'api.mixpanel.com',
      'api.twitter.com',
      'api.vk.com',
      'clients1.google.com',
      'cse.google.com',
      'fast.wistia.com',
      'googleads.g.doubleclick.net',
      'graph.facebook.com',
      'gum.criteo.com',
      'ib.adnxs.com',
      'maps.google.com',
      'maps.googleapis.com',
      'mc.yandex.ru',
      'nominatim.openstreetmap.org',
      'pagead2.googlesyndication.com',
      'partner.googleadservices.com',
      'pubsub.pubnub.com',
      'securepubads.g.doubleclick.net',
      'syndication.twitter.com',
      'translate.google.com',
      'translate.googleapis.com',
      'vimeo.com',
      'widgets.pinterest.com',
      'www.blogger.com',
      'www.facebook.com',
      'www.google.com',
      'www.googleapis.com',
      'www.youtube.com',
    ],
  },
];

/**
 * Domains below which anybody can get a name or a folder of their own (Public Suffix List, private section; the
 * documentation of S3 and Cloud Storage for path-style addresses): all of them is everybody.
 */
export const SHARED_DOMAINS: readonly string[] = [
  'amazonaws.com',
  'appspot.com',
  'azureedge.net',
  'azurewebsites.net',
  'blob.core.windows.net',
  'cloudfront.net',
  'firebaseapp.com',
  'fastly.net',
  'github.io',
  'githubusercontent.com',
  'gitlab.io',
  'herokuapp.com',
  'netlify.app',
  'pages.dev',
  'storage.googleapis.com',
  'vercel.app',
  'web.app',
  'workers.dev',
];
