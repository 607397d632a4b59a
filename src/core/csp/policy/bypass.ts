import { URLS as ANGULAR_URLS } from 'csp_evaluator/dist/allowlist_bypasses/angular.js';
import { URLS as JSONP_URLS, NEEDS_EVAL } from 'csp_evaluator/dist/allowlist_bypasses/jsonp.js';
import type { HostSource } from './source.ts';

/** A host that an expression opens, and why that lets foreign code run: `words` follow the host's name. */
export type Bypass = { host: string; kind: BypassKind | 'anybody'; words: string };

/**
 * The first known way around a `script-src` that allows this host expression, or null. A path is no help where the
 * host redirects (CSP Level 3 §7.6), so it is not looked at.
 */
export function bypassOf({ host: expression }: Pick<HostSource, 'host'>, hasEval: boolean): Bypass | null {
  const shared = SHARED_DOMAINS.find((domain) =>
    expression.startsWith('*.') ? `.${domain}` === expression.slice(1) : domain === expression,
  );
  if (shared !== undefined) return { host: shared, kind: 'anybody', words: 'is where anybody can put files' };
  const covers = (host: string) =>
    expression.startsWith('*.') ? host.endsWith(expression.slice(1)) : host === expression;
  for (const { kind, hosts } of BYPASS_RULES) {
    const host = kind === 'gtm' && !hasEval ? undefined : hosts.find(covers);
    if (host !== undefined) return { host, kind, words: BYPASS_WORDS[kind] };
  }
  return null;
}

/** Why a host in `script-src` lets code run that the site never meant: an attacker's markup only has to name it. */
type BypassKind = 'jsonp' | 'angularjs' | 'any-package' | 'gtm';

type BypassRule = { kind: BypassKind; hosts: readonly string[] };

/** What each kind does, in words that follow the host’s name. */
const BYPASS_WORDS: Record<BypassKind, string> = {
  jsonp: 'answers with a script that calls whatever name the address asks for (JSONP)',
  angularjs: 'serves AngularJS, whose templates run code that the markup holds',
  'any-package': 'serves every package that anybody publishes',
  gtm: "serves scripts that anybody can configure, and these run code of their own where 'unsafe-eval' is allowed",
};

/** The hosts of addresses without a scheme, as `csp_evaluator` has them. */
const hostsOf = (urls: readonly string[]): string[] => [
  ...new Set(urls.flatMap((url) => /^\/\/([^/]+)/.exec(url)?.[1]?.toLowerCase() ?? [])),
];

/** Hosts from which anybody's npm package comes: the documentation of jsDelivr, unpkg, esm.sh, and Skypack. */
const PACKAGES = ['cdn.jsdelivr.net', 'cdn.skypack.dev', 'esm.sh', 'esm.run', 'unpkg.com'];

/**
 * Hosts that are known for such answers: the lists of Google's `csp_evaluator`, and what they leave out. A host that is
 * missing is not thereby safe. Hosts are exact; the first rule that names a host explains it.
 */
export const BYPASS_RULES: readonly BypassRule[] = [
  { kind: 'any-package', hosts: PACKAGES },
  { kind: 'angularjs', hosts: hostsOf(ANGULAR_URLS) },
  { kind: 'gtm', hosts: NEEDS_EVAL },
  // The name that X has left, which sites still allow.
  { kind: 'jsonp', hosts: ['api.twitter.com', ...hostsOf(JSONP_URLS).filter((host) => !NEEDS_EVAL.includes(host))] },
];

/**
 * Domains below which anybody can get a name or a folder of their own (Public Suffix List, private section; the
 * documentation of S3 and Cloud Storage for path-style addresses): all of them is everybody.
 */
const SHARED_DOMAINS: readonly string[] = [
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
