import { BYPASS_RULES, BYPASS_WORDS, type BypassKind, SHARED_DOMAINS } from './csp-policy-bypass-hosts.ts';
import type { HostSource } from './csp-policy-source.ts';

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
