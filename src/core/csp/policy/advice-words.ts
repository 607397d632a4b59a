import { knownDirectives } from '#core/csp/report/directives.ts';
import { nearName } from '#core/text/near-name.ts';
import { FETCH_DIRECTIVES } from './fallback.ts';
import type { Directive, Policy } from './policy.ts';
import { parseSource, SOURCE_KEYWORDS, type SourceExpression } from './source.ts';
import { high, low, medium, type PolicyWarning } from './warning.ts';

const KNOWN = [...knownDirectives, 'report-uri', 'report-to', 'referrer', 'reflected-xss'];
const LISTS = new Set([...FETCH_DIRECTIVES, 'base-uri', 'form-action', 'frame-ancestors', 'navigate-to']);

/** Words that browsers do not take as their author meant them (grammar: CSP Level 3 §2.2 and §2.3.1). */
export const adviseOnWords = (policy: Policy): PolicyWarning[] => [
  ...policy.ignored.map(({ name, reason }) =>
    reason === 'duplicate'
      ? medium(
          'duplicate',
          { directive: name },
          `${name} stands twice: browsers take the first alone.`,
          'Make one of both.',
        )
      : high(
          'not-ascii',
          { directive: name },
          `${name} has a letter beyond ASCII: browsers leave all of it out.`,
          'Look for typographic quotes; write host names in Punycode.',
        ),
  ),
  ...policy.directives.flatMap((directive) => [
    ...adviseOnName(directive),
    ...(LISTS.has(directive.name) ? adviseOnList(directive) : []),
  ]),
];

function adviseOnName({ name }: Directive): PolicyWarning[] {
  if (KNOWN.includes(name)) return [];
  const near = nearName(name.replace(/[:=]+$/, ''), KNOWN);
  return [
    near
      ? high(
          'unknown-directive',
          { directive: name },
          `${name} is no directive: browsers leave it out.`,
          `Did you mean ${near}?`,
        )
      : medium(
          'unknown-directive',
          { directive: name },
          `${name} is no directive that is known here.`,
          'Browsers leave out what they do not know: look at its spelling.',
        ),
  ];
}

function adviseOnList({ name, values }: Directive): PolicyWarning[] {
  const found = values.flatMap((value) => adviseOnSource(name, parseSource(value)));
  const hasNone = values.some((value) => value.toLowerCase() === "'none'");
  if (hasNone && values.length > 1)
    found.push(
      medium(
        'none-with-others',
        { directive: name, value: "'none'" },
        `'none' counts only when it is alone: ${name} allows the others.`,
        "Take 'none' away, or the others.",
      ),
    );
  return found;
}

const SCHEMES = ['http', 'https', 'data', 'blob', 'ws', 'wss', 'filesystem', 'mediastream'];
const HASH_LENGTHS: Record<string, number> = { sha256: 43, sha384: 64, sha512: 86 };

function adviseOnSource(directive: string, source: SourceExpression): PolicyWarning[] {
  const { text } = source;
  const about = { directive, value: text };
  const bare = text.toLowerCase().replace(/^["‘’`]|["‘’`]$/g, '');
  if (SOURCE_KEYWORDS.includes(bare) || /^(nonce|sha(256|384|512))-./.test(bare))
    return [high('unquoted', about, `${text} without single quotes is taken for a host.`, `Write '${bare}'.`)];
  if (KNOWN.includes(bare) && bare.includes('-'))
    return [
      high(
        'missing-semicolon',
        about,
        `${text} stands within ${directive}, where it is taken for a host: all that follows it is part of this list.`,
        `Put a semicolon before ${text}.`,
      ),
    ];
  if (SCHEMES.includes(bare) || (source.kind === 'host' && source.scheme === null && SCHEMES.includes(source.host)))
    return [
      medium(
        'scheme-without-colon',
        about,
        `${text} without a colon is taken for a host.`,
        `Write ${bare.replace(/^([a-z]+):?/, '$1:')}`,
      ),
    ];
  if (source.kind === 'hash') return adviseOnHash(directive, source);
  if (source.kind === 'host' && /[?#]/.test(text))
    return [
      low(
        'query',
        about,
        `${text} has a query: browsers compare paths alone.`,
        'Leave out the question mark and what follows.',
      ),
    ];
  if (source.kind !== 'unknown') return [];
  if (/^[^'/]*_/.test(text.replace(/^[a-z]+:\/\//i, '')))
    return [
      medium(
        'underscore',
        about,
        `${text} has a host with an underscore, which browsers do not take: it allows nothing.`,
        'Use a wildcard above it, such as *.example.com.',
      ),
    ];
  const near = text.startsWith("'") ? nearName(bare.replace(/'/g, ''), SOURCE_KEYWORDS) : null;
  return [
    medium(
      'unknown-source',
      about,
      `${text} is nothing that browsers understand: it allows nothing.`,
      near ? `Did you mean '${near}'?` : 'Look at its spelling, or take it away.',
    ),
  ];
}

function adviseOnHash(
  directive: string,
  { text, algorithm, value }: SourceExpression & { kind: 'hash' },
): PolicyWarning[] {
  const about = { directive, value: text };
  if (/[{}…$<>]/.test(value))
    return [
      medium('placeholder', about, `${text} is a placeholder.`, 'Put the hash there that the browser’s console names.'),
    ];
  return value.replace(/=+$/, '').length === HASH_LENGTHS[algorithm] && /^[\w+/-]+=*$/.test(value)
    ? []
    : [
        medium(
          'bad-hash',
          about,
          `${text} is no ${algorithm.toUpperCase()} in Base64: no code can have it.`,
          'Copy the hash again, whole.',
        ),
      ];
}
