import { type Directive, directiveOf, type Policy } from './policy.ts';

const FALLBACKS = {
  'script-src-elem': ['script-src-elem', 'script-src', 'default-src'],
  'script-src-attr': ['script-src-attr', 'script-src', 'default-src'],
  'script-src': ['script-src', 'default-src'],
  'style-src-elem': ['style-src-elem', 'style-src', 'default-src'],
  'style-src-attr': ['style-src-attr', 'style-src', 'default-src'],
  'style-src': ['style-src', 'default-src'],
  'worker-src': ['worker-src', 'child-src', 'script-src', 'default-src'],
  'frame-src': ['frame-src', 'child-src', 'default-src'],
  'fenced-frame-src': ['fenced-frame-src', 'frame-src', 'child-src', 'default-src'],
  'child-src': ['child-src', 'default-src'],
  'connect-src': ['connect-src', 'default-src'],
  'font-src': ['font-src', 'default-src'],
  'img-src': ['img-src', 'default-src'],
  'manifest-src': ['manifest-src', 'default-src'],
  'media-src': ['media-src', 'default-src'],
  'object-src': ['object-src', 'default-src'],
  'prefetch-src': ['prefetch-src', 'default-src'],
  'default-src': ['default-src'],
} as const satisfies Record<string, readonly string[]>;

/** The fetch directives (CSP Level 3 §6.1). */
export const FETCH_DIRECTIVES: readonly string[] = Object.keys(FALLBACKS);

/**
 * The directives that a fetch directive falls back to, in order (CSP Level 3 §6.8.3, “Get fetch directive fallback
 * list”; `fenced-frame-src`: Fenced Frame §CSP). Other directives have no fallback.
 */
export const fallbacksOf = (directive: string): readonly string[] =>
  Object.hasOwn(FALLBACKS, directive) ? FALLBACKS[directive as keyof typeof FALLBACKS] : [directive];

/**
 * The directive of a policy that applies (CSP Level 3 §6.8.4, “Should fetch directive execute”), or null if the policy
 * doesn't restrict this.
 */
export function decidingDirective(policy: Pick<Policy, 'directives'>, directive: string): Directive | null {
  for (const name of fallbacksOf(directive)) {
    const found = directiveOf(policy, name);
    if (found) return found;
  }
  return null;
}
