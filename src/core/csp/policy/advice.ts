import { adviseOnGaps, adviseOnMeta, type Delivery } from './advice-gaps.ts';
import { adviseOnScripts } from './advice-scripts.ts';
import { adviseOnWords } from './advice-words.ts';
import { allowsAllInline } from './match-code.ts';
import { type Directive, type Policy, parsePolicies } from './policy.ts';
import { parseSource, parseSources } from './source.ts';
import { low, medium, type PolicyWarning } from './warning.ts';

const RANK = { high: 0, medium: 1, low: 2 };

/**
 * Finds what is weak, missing, deprecated, or misspelled in a header's value, most severe first. Each of several
 * policies is checked on its own, and a directive is missing only if none of them has it.
 */
export function adviseOnPolicy(text: string, delivery: Delivery = 'header'): PolicyWarning[] {
  const policies = parsePolicies(text);
  if (policies.length === 0) return [];
  const found = [
    ...policies.flatMap((policy) => [...adviseOnWords(policy), ...adviseOnScripts(policy), ...adviseOnRest(policy)]),
    ...adviseOnGaps(policies, delivery),
    ...(delivery === 'meta' ? adviseOnMeta(policies) : []),
  ];
  const first = new Map(found.toReversed().map((one) => [`${one.id} ${one.directive} ${one.value}`, one] as const));
  return found
    .filter((one) => first.get(`${one.id} ${one.directive} ${one.value}`) === one)
    .sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

const OLD: Record<string, string> = {
  'block-all-mixed-content': 'Remove it. Browsers block or upgrade mixed content on their own.',
  'plugin-types': "Remove it, and set object-src 'none'.",
  referrer: 'Send a Referrer-Policy header instead.',
  'reflected-xss': 'Remove it. No browser supports it.',
  'prefetch-src': 'Remove it. default-src applies to prefetching.',
  'navigate-to': 'Remove it. No browser supports it.',
  'require-sri-for': 'Remove it. No browser supports it.',
};

/** Finds deprecated directives, and weaknesses that any source list can have. */
const adviseOnRest = ({ directives }: Policy): PolicyWarning[] =>
  directives.flatMap((directive) => {
    const { name } = directive;
    const fix = Object.hasOwn(OLD, name) ? OLD[name] : undefined;
    return [
      ...(fix ? [low('deprecated', { directive: name }, `${name} is no longer part of CSP.`, fix)] : []),
      ...adviseOnAddresses(directive),
      ...(/^style-src|^default-src/.test(name) ? adviseOnStyles(directive, directives) : []),
    ];
  });

function adviseOnAddresses({ name, values }: Directive): PolicyWarning[] {
  return values.flatMap((value) => {
    const source = parseSource(value);
    if (source.kind !== 'host') return [];
    const about = { directive: name, value };
    const isAddress = /^\d+(\.\d+){3}$/.test(source.host) && source.host !== '127.0.0.1';
    return [
      ...(isAddress
        ? [
            medium(
              'ip-address',
              about,
              `${value} is an IP address. In CSP Level 3, only 127.0.0.1 is allowed.`,
              'Use the host name.',
            ),
          ]
        : []),
      ...(source.scheme === 'http' || source.scheme === 'ws'
        ? [
            medium(
              'plain-http',
              about,
              `${value} uses an unencrypted connection, so anyone on the network can change the response.`,
              `Write ${source.scheme === 'ws' ? 'wss' : 'https'}.`,
            ),
          ]
        : []),
    ];
  });
}

/** `default-src` applies to styles if there is no `style-src`. */
function adviseOnStyles({ name, values }: Directive, all: readonly Directive[]): PolicyWarning[] {
  if (name === 'default-src' && all.some((one) => one.name === 'style-src')) return [];
  if (name === 'style-src-attr' || !allowsAllInline(parseSources(values), 'style-src-elem')) return [];
  return [
    low(
      'unsafe-inline-style',
      { directive: name, value: "'unsafe-inline'" },
      "'unsafe-inline' lets injected markup restyle the page and read parts of it.",
      "Use nonces for style elements, and allow style attributes with style-src-attr 'unsafe-inline'.",
    ),
  ];
}
