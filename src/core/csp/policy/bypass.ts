import { URLS as ANGULAR_URLS } from 'csp_evaluator/dist/allowlist_bypasses/angular.js';
import { URLS as JSONP_URLS, NEEDS_EVAL } from 'csp_evaluator/dist/allowlist_bypasses/jsonp.js';
import type { HostSource } from './source.ts';

/** A host that a source expression allows, and why that lets foreign code run: `words` follow the host's name. */
export type Bypass = { host: string; kind: BypassKind | 'anybody'; words: string };

/**
 * The first known bypass of a `script-src` that allows this host expression, or null. Paths are ignored, because they
 * don't restrict a host that redirects (CSP Level 3 §7.6).
 */
export function bypassOf({ host: expression }: Pick<HostSource, 'host'>, hasEval: boolean): Bypass | null {
  const shared = SHARED_DOMAINS.find((domain) =>
    expression.startsWith('*.') ? `.${domain}` === expression.slice(1) : domain === expression,
  );
  if (shared !== undefined) return { host: shared, kind: 'anybody', words: 'lets anyone upload files' };
  const covers = (host: string) =>
    expression.startsWith('*.') ? host.endsWith(expression.slice(1)) : host === expression;
  for (const { kind, hosts } of BYPASS_RULES) {
    const host = kind === 'gtm' && !hasEval ? undefined : hosts.find(covers);
    if (host !== undefined) return { host, kind, words: BYPASS_WORDS[kind] };
  }
  return null;
}

/**
 * Why a host in `script-src` lets code run that the site didn't intend: an attacker's markup only has to reference it.
 */
type BypassKind = 'jsonp' | 'angularjs' | 'any-package' | 'gtm';

type BypassRule = { kind: BypassKind; hosts: readonly string[] };

/** What each kind does, as text that follows the host's name. */
const BYPASS_WORDS: Record<BypassKind, string> = {
  jsonp: 'returns a script that calls any function named in the URL (JSONP)',
  angularjs: 'serves AngularJS, whose templates run code from the markup',
  'any-package': 'serves any package that anyone publishes',
  gtm: "serves scripts that anyone can configure to run custom code where 'unsafe-eval' is allowed",
};

/** The hosts of addresses without a scheme, as `csp_evaluator` has them. */
const hostsOf = (urls: readonly string[]): string[] => [
  ...new Set(urls.flatMap((url) => /^\/\/([^/]+)/.exec(url)?.[1]?.toLowerCase() ?? [])),
];

/** Hosts that serve every npm package (documentation of jsDelivr, unpkg, esm.sh, and Skypack). */
const PACKAGES = ['cdn.jsdelivr.net', 'cdn.skypack.dev', 'esm.sh', 'esm.run', 'unpkg.com'];

/**
 * Hosts with known bypasses: the lists of Google's `csp_evaluator`, and what they leave out. A host that isn't listed
 * isn't necessarily safe. Hosts are matched exactly, and the first rule that lists a host explains it.
 */
export const BYPASS_RULES: readonly BypassRule[] = [
  { kind: 'any-package', hosts: PACKAGES },
  { kind: 'angularjs', hosts: hostsOf(ANGULAR_URLS) },
  { kind: 'gtm', hosts: NEEDS_EVAL },
  // X no longer uses this name, but sites still allow it.
  { kind: 'jsonp', hosts: ['api.twitter.com', ...hostsOf(JSONP_URLS).filter((host) => !NEEDS_EVAL.includes(host))] },
];

/**
 * Domains on which anyone can get a subdomain or a folder (Public Suffix List, private section; the documentation of S3
 * and Cloud Storage for path-style URLs). Allowing such a domain allows everyone.
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
