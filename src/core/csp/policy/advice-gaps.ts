import { directiveOf, type Policy } from './policy.ts';
import { type PolicyWarning, policyWarning } from './warning.ts';

/** How a policy is delivered to the browser. A `<meta>` element supports less than a header does. */
export type Delivery = 'header' | 'meta';

type Gap = {
  id: string;
  severity: PolicyWarning['severity'];
  /** The warning applies if no policy has any of these directives. */
  without: readonly string[];
  /** The warning applies only if one of these directives is present. */
  beside?: readonly string[];
  words: string;
  fix: string;
};

const GAPS: readonly Gap[] = [
  {
    id: 'no-script-src',
    severity: 'high',
    without: ['script-src', 'script-src-elem', 'default-src'],
    words: 'The policy doesn’t restrict scripts: it has neither script-src nor default-src.',
    fix: "Start with script-src 'self', or use nonces.",
  },
  {
    id: 'no-default-src',
    severity: 'low',
    without: ['default-src'],
    beside: ['script-src', 'script-src-elem'],
    words: 'Resource types without a directive of their own aren’t restricted: the policy has no default-src.',
    fix: "Add default-src 'self', or add default-src 'none' and allow what you need.",
  },
  {
    id: 'no-object-src',
    severity: 'medium',
    without: ['object-src', 'default-src'],
    words: 'The policy doesn’t restrict plugins: it has no object-src.',
    fix: "Add object-src 'none'.",
  },
  {
    id: 'no-base-uri',
    severity: 'medium',
    without: ['base-uri'],
    words:
      'The policy has no base-uri, so an injected <base> element can redirect every relative URL, even those of scripts with a nonce.',
    fix: "Add base-uri 'none', or base-uri 'self'.",
  },
  {
    id: 'no-form-action',
    severity: 'low',
    without: ['form-action'],
    words:
      'The policy has no form-action, so injected forms can submit to any site. default-src doesn’t cover form submissions.',
    fix: "Add form-action 'self'.",
  },
];

const GAPS_OF_HEADERS: readonly Gap[] = [
  {
    id: 'no-frame-ancestors',
    severity: 'low',
    without: ['frame-ancestors'],
    words:
      'The policy has no frame-ancestors, so any site can embed these pages in a frame. default-src doesn’t cover framing.',
    fix: "Add frame-ancestors 'self'.",
  },
  {
    id: 'no-report',
    severity: 'medium',
    without: ['report-to', 'report-uri'],
    words: 'The policy has neither report-to nor report-uri, so browsers don’t report what it blocks.',
    fix: 'Add both. The set-up page shows the headers.',
  },
  {
    id: 'report-uri-alone',
    severity: 'low',
    without: ['report-to'],
    beside: ['report-uri'],
    words: 'The policy has report-uri only, which is deprecated.',
    fix: 'Add report-to, with a Reporting-Endpoints header, and keep report-uri for older browsers.',
  },
  {
    id: 'report-to-alone',
    severity: 'low',
    without: ['report-uri'],
    beside: ['report-to'],
    words: 'Browsers that don’t support report-to send no reports.',
    fix: 'Also add report-uri. Browsers that support report-to ignore it.',
  },
];

/**
 * Finds missing directives: those that no policy of the header has. CSP Level 3 §7.3 explains `base-uri`, §6.5 the
 * reporting directives, and §6.3 and §6.4 the directives that do not fall back to `default-src`.
 */
export function adviseOnGaps(policies: readonly Policy[], delivery: Delivery): PolicyWarning[] {
  const has = (name: string) => policies.some((policy) => directiveOf(policy, name) !== null);
  const gaps = delivery === 'meta' ? GAPS : [...GAPS, ...GAPS_OF_HEADERS];
  return gaps
    .filter(({ without, beside }) => !without.some(has) && (beside?.some(has) ?? true))
    .map(({ severity, id, words, fix }) => policyWarning(severity, id, {}, words, fix));
}

/** Finds directives that browsers ignore in a `<meta>` element (CSP Level 3 §3.3). */
export const adviseOnMeta = (policies: readonly Policy[]): PolicyWarning[] =>
  ['frame-ancestors', 'report-uri', 'sandbox']
    .filter((name) => policies.some((policy) => directiveOf(policy, name)))
    .map((directive) =>
      policyWarning(
        'medium',
        'not-in-meta',
        { directive },
        `Browsers ignore ${directive} in a <meta> element.`,
        'Send the policy as a header.',
      ),
    );
