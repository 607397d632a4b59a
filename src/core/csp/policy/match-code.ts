import type { Directive } from './policy.ts';
import { hasHash, hasKeyword, hasNonce } from './source.ts';
import { allowed, blocked, type ListVerdict, type ReportedViolation, type Sources, unknown } from './verdict.ts';

/**
 * CSP Level 3 §6.7.3, “Does a source list allow all inline behavior for type?”: nonces and hashes disable
 * `'unsafe-inline'`, and so does `'strict-dynamic'` for scripts.
 */
export function allowsAllInline(sources: Sources, directive: string): boolean {
  const isStyle = directive.startsWith('style-src');
  const isOff = hasNonce(sources) || hasHash(sources) || (!isStyle && hasKeyword(sources, 'strict-dynamic'));
  return !isOff && hasKeyword(sources, 'unsafe-inline');
}

/**
 * Inline code (CSP Level 3 §6.7.3, “Does element match source list for type and source?”). A nonce applies to elements.
 * A hash also applies to attributes if `'unsafe-hashes'` is present. Reports don't say whether a page uses them.
 */
export function matchInline(sources: Sources, directive: string, deciding: string): ListVerdict {
  if (allowsAllInline(sources, directive))
    return deciding === 'default-src' && hasKeyword(sources, 'strict-dynamic')
      ? unknown(
          "'unsafe-inline'",
          "Browsers differ: in default-src, Chromium 156 applies 'strict-dynamic' to styles too.",
        )
      : allowed("'unsafe-inline'");
  const isAttribute = directive.endsWith('-attr');
  const nonce = sources.find(({ kind }) => kind === 'nonce');
  const hash = sources.find(({ kind }) => kind === 'hash');
  if (nonce && !isAttribute) return unknown(nonce.text, 'Allowed only if the page sets the nonce on this element.');
  if (hash && (!isAttribute || hasKeyword(sources, 'unsafe-hashes')))
    return unknown(hash.text, 'Allowed only if one of the hashes matches exactly this code.');
  if (!isAttribute && directive.startsWith('script-src') && hasKeyword(sources, 'strict-dynamic'))
    return unknown("'strict-dynamic'", 'Allowed only if a trusted script adds the element.');
  if (hash) return blocked("Hashes apply to attributes only with 'unsafe-hashes'.");
  if (nonce) return blocked('Nonces apply to elements, not to attributes.');
  return hasKeyword(sources, 'unsafe-inline')
    ? blocked("'strict-dynamic' disables 'unsafe-inline'.")
    : blocked("The list has no nonce, hash, or 'unsafe-inline'.");
}

/** Strings that run as code, and WebAssembly (CSP Level 3 §4.4 and §4.5). */
export function matchEval(sources: Sources, kind: 'eval' | 'wasm-eval'): ListVerdict {
  if (hasKeyword(sources, 'unsafe-eval')) return allowed("'unsafe-eval'");
  if (kind === 'wasm-eval')
    return hasKeyword(sources, 'wasm-unsafe-eval')
      ? allowed("'wasm-unsafe-eval'")
      : blocked("The list has no 'wasm-unsafe-eval'.");
  return hasKeyword(sources, 'trusted-types-eval')
    ? unknown("'trusted-types-eval'", 'Allowed only in browsers that enforce Trusted Types.')
    : blocked("The list has no 'unsafe-eval'.");
}

/**
 * Trusted Types §4.2: `require-trusted-types-for` rejects plain strings at sinks, and `trusted-types` lists the
 * policies that can be created, each once unless `'allow-duplicates'` is present. In Chromium 156, both are
 * case-sensitive.
 */
export function matchTrustedTypes({ name, values }: Directive, { sample }: ReportedViolation): ListVerdict {
  if (name === 'require-trusted-types-for')
    return values.includes("'script'")
      ? blocked("'script' requires Trusted Types.")
      : allowed(name, 'It doesn’t require Trusted Types.');
  const by = values.includes('*') ? '*' : values.find((value) => value === sample);
  if (by === undefined)
    return sample
      ? blocked(`No policy with this name is listed.`)
      : unknown(null, 'The report doesn’t include the name.');
  return values.includes("'allow-duplicates'")
    ? allowed(by)
    : unknown(by, "Allowed once per page: a second policy with the same name needs 'allow-duplicates'.");
}
