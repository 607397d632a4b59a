import type { Directive } from './policy.ts';
import { hasHash, hasKeyword, hasNonce } from './source.ts';
import { allowed, blocked, type ListVerdict, type ReportedViolation, type Sources, unknown } from './verdict.ts';

/**
 * CSP Level 3 §6.7.3, “Does a source list allow all inline behavior for type?”: nonces and hashes switch
 * `'unsafe-inline'` off, and for scripts `'strict-dynamic'` does too.
 */
export function allowsAllInline(sources: Sources, directive: string): boolean {
  const isStyle = directive.startsWith('style-src');
  const isOff = hasNonce(sources) || hasHash(sources) || (!isStyle && hasKeyword(sources, 'strict-dynamic'));
  return !isOff && hasKeyword(sources, 'unsafe-inline');
}

/**
 * Inline code (CSP Level 3 §6.7.3, “Does element match source list for type and source?”). A nonce is for elements, a
 * hash for attributes too when `'unsafe-hashes'` is there. Whether a page uses them, no report tells.
 */
export function matchInline(sources: Sources, directive: string, deciding: string): ListVerdict {
  if (allowsAllInline(sources, directive))
    return deciding === 'default-src' && hasKeyword(sources, 'strict-dynamic')
      ? unknown(
          "'unsafe-inline'",
          "Browsers differ: in default-src, Chromium 156 takes 'strict-dynamic' for styles too.",
        )
      : allowed("'unsafe-inline'");
  const isAttribute = directive.endsWith('-attr');
  const nonce = sources.find(({ kind }) => kind === 'nonce');
  const hash = sources.find(({ kind }) => kind === 'hash');
  if (nonce && !isAttribute) return unknown(nonce.text, 'Only if the page puts the nonce on this element.');
  if (hash && (!isAttribute || hasKeyword(sources, 'unsafe-hashes')))
    return unknown(hash.text, 'Only if one of the hashes is of exactly this code.');
  if (!isAttribute && directive.startsWith('script-src') && hasKeyword(sources, 'strict-dynamic'))
    return unknown("'strict-dynamic'", 'Only if a script that may run adds the element.');
  if (hash) return blocked("A hash is for attributes only with 'unsafe-hashes'.");
  if (nonce) return blocked('A nonce is for elements, not for attributes.');
  return hasKeyword(sources, 'unsafe-inline')
    ? blocked("'strict-dynamic' switches 'unsafe-inline' off.")
    : blocked("There is no nonce, no hash and no 'unsafe-inline'.");
}

/** Strings that become code, and WebAssembly (CSP Level 3 §4.4 and §4.5). */
export function matchEval(sources: Sources, kind: 'eval' | 'wasm-eval'): ListVerdict {
  if (hasKeyword(sources, 'unsafe-eval')) return allowed("'unsafe-eval'");
  if (kind === 'wasm-eval')
    return hasKeyword(sources, 'wasm-unsafe-eval')
      ? allowed("'wasm-unsafe-eval'")
      : blocked("There is no 'wasm-unsafe-eval'.");
  return hasKeyword(sources, 'trusted-types-eval')
    ? unknown("'trusted-types-eval'", 'Only where the browser enforces Trusted Types.')
    : blocked("There is no 'unsafe-eval'.");
}

/**
 * Trusted Types §4.2: `require-trusted-types-for` stops plain strings at sinks, and `trusted-types` names the policies
 * that may be made, each once unless `'allow-duplicates'` is there. Chromium 156 tells upper case from lower in both.
 */
export function matchTrustedTypes({ name, values }: Directive, { sample }: ReportedViolation): ListVerdict {
  if (name === 'require-trusted-types-for')
    return values.includes("'script'")
      ? blocked("'script' asks for Trusted Types.")
      : allowed(name, 'It asks for no Trusted Types.');
  const by = values.includes('*') ? '*' : values.find((value) => value === sample);
  if (by === undefined)
    return sample ? blocked(`No policy of this name is listed.`) : unknown(null, 'The report does not tell the name.');
  return values.includes("'allow-duplicates'")
    ? allowed(by)
    : unknown(by, "Allowed once in a page: a second policy of one name needs 'allow-duplicates'.");
}
