import { directiveOf, type Policy } from './policy.ts';
import { type PolicyWarning, policyWarning } from './warning.ts';

/** How a policy comes to the browser: a `<meta>` element cannot do all that a header can. */
export type Delivery = 'header' | 'meta';

type Gap = {
  id: string;
  severity: PolicyWarning['severity'];
  /** There is a gap where a policy has none of these. */
  without: readonly string[];
  /** It matters only beside one of these. */
  beside?: readonly string[];
  words: string;
  fix: string;
};

const GAPS: readonly Gap[] = [
  {
    id: 'no-script-src',
    severity: 'high',
    without: ['script-src', 'script-src-elem', 'default-src'],
    words: 'Nothing limits scripts: there is no script-src and no default-src.',
    fix: "Begin with script-src 'self', or with nonces.",
  },
  {
    id: 'no-default-src',
    severity: 'low',
    without: ['default-src'],
    beside: ['script-src', 'script-src-elem'],
    words: 'What has no directive of its own is not limited: there is no default-src.',
    fix: "Add default-src 'self', or default-src 'none' and what you need.",
  },
  {
    id: 'no-object-src',
    severity: 'medium',
    without: ['object-src', 'default-src'],
    words: 'Plugins are not limited: there is no object-src.',
    fix: "Add object-src 'none'.",
  },
  {
    id: 'no-base-uri',
    severity: 'medium',
    without: ['base-uri'],
    words:
      'An injected <base> sends every relative address elsewhere, even of scripts that have a nonce: there is no base-uri.',
    fix: "Add base-uri 'none', or base-uri 'self'.",
  },
  {
    id: 'no-form-action',
    severity: 'low',
    without: ['form-action'],
    words: 'Injected forms may send anywhere: there is no form-action, and default-src does not stand for it.',
    fix: "Add form-action 'self'.",
  },
];

const GAPS_OF_HEADERS: readonly Gap[] = [
  {
    id: 'no-frame-ancestors',
    severity: 'low',
    without: ['frame-ancestors'],
    words:
      'Any site may show these pages in a frame: there is no frame-ancestors, and default-src does not stand for it.',
    fix: "Add frame-ancestors 'self'.",
  },
  {
    id: 'no-report',
    severity: 'medium',
    without: ['report-to', 'report-uri'],
    words: 'Nobody learns what the policy blocks: there is no report-to and no report-uri.',
    fix: 'Add both; the set-up page has the lines.',
  },
  {
    id: 'report-uri-alone',
    severity: 'low',
    without: ['report-to'],
    beside: ['report-uri'],
    words: 'report-uri alone is the old way.',
    fix: 'Add report-to, with a Reporting-Endpoints header, and keep report-uri for older browsers.',
  },
  {
    id: 'report-to-alone',
    severity: 'low',
    without: ['report-uri'],
    beside: ['report-to'],
    words: 'Browsers that do not know report-to send nothing.',
    fix: 'Add report-uri too: browsers that know report-to ignore it.',
  },
];

/**
 * Directives whose lack leaves a door open: no policy of the header has them. CSP Level 3 §7.3 says why of `base-uri`,
 * §6.5 of the reports, §6.3 and §6.4 of those that `default-src` does not stand for.
 */
export function adviseOnGaps(policies: readonly Policy[], delivery: Delivery): PolicyWarning[] {
  const has = (name: string) => policies.some((policy) => directiveOf(policy, name) !== null);
  const gaps = delivery === 'meta' ? GAPS : [...GAPS, ...GAPS_OF_HEADERS];
  return gaps
    .filter(({ without, beside }) => !without.some(has) && (beside?.some(has) ?? true))
    .map(({ severity, id, words, fix }) => policyWarning(severity, id, {}, words, fix));
}

/** CSP Level 3 §3.3: what a `<meta>` element cannot say. */
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
