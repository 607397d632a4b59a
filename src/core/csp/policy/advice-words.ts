import { knownDirectives } from '#core/csp/report/directives.ts';
import { nearName } from '#core/text/near-name.ts';
import { FETCH_DIRECTIVES } from './fallback.ts';
import type { Directive, Policy } from './policy.ts';
import { parseSource, SOURCE_KEYWORDS, type SourceExpression } from './source.ts';
import { high, low, medium, type PolicyWarning } from './warning.ts';

const KNOWN = [...knownDirectives, 'report-uri', 'report-to', 'referrer', 'reflected-xss'];
const LISTS = new Set([...FETCH_DIRECTIVES, 'base-uri', 'form-action', 'frame-ancestors', 'navigate-to']);

/** Finds syntax that browsers don't read as the author meant it (grammar: CSP Level 3 §2.2 and §2.3.1). */
export const adviseOnWords = (policy: Policy): PolicyWarning[] => [
  ...policy.ignored.map(({ name, reason }) =>
    reason === 'duplicate'
      ? medium(
          'duplicate',
          { directive: name },
          `${name} appears twice. Browsers use only the first one.`,
          'Merge the two.',
        )
      : high(
          'not-ascii',
          { directive: name },
          `${name} contains a non-ASCII character, so browsers ignore the whole directive.`,
          'Check for typographic quotes, and write host names in Punycode.',
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
          `${name} isn’t a CSP directive, so browsers ignore it.`,
          `Did you mean ${near}?`,
        )
      : medium(
          'unknown-directive',
          { directive: name },
          `${name} isn’t a known CSP directive.`,
          'Browsers ignore directives that they don’t know. Check its spelling.',
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
        `Browsers ignore 'none' when other sources are listed, so ${name} allows the other sources.`,
        "Remove 'none', or remove the other sources.",
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
    return [high('unquoted', about, `${text} without single quotes is read as a host.`, `Write '${bare}'.`)];
  if (KNOWN.includes(bare) && bare.includes('-'))
    return [
      high(
        'missing-semicolon',
        about,
        `${text} is inside ${directive}, where it is read as a host. Everything after it is part of this list.`,
        `Add a semicolon before ${text}.`,
      ),
    ];
  if (SCHEMES.includes(bare) || (source.kind === 'host' && source.scheme === null && SCHEMES.includes(source.host)))
    return [
      medium(
        'scheme-without-colon',
        about,
        `${text} without a colon is read as a host.`,
        `Write ${bare.replace(/^([a-z]+):?/, '$1:')}`,
      ),
    ];
  if (source.kind === 'hash') return adviseOnHash(directive, source);
  if (source.kind === 'host' && /[?#]/.test(text))
    return [
      low(
        'query',
        about,
        `${text} has a query string, but browsers compare only the path.`,
        'Remove the question mark and everything after it.',
      ),
    ];
  if (source.kind !== 'unknown') return [];
  if (/^[^'/]*_/.test(text.replace(/^[a-z]+:\/\//i, '')))
    return [
      medium(
        'underscore',
        about,
        `${text} has an underscore in its host, which browsers don’t accept, so it allows nothing.`,
        'Use a wildcard for the parent domain, such as *.example.com.',
      ),
    ];
  const near = text.startsWith("'") ? nearName(bare.replace(/'/g, ''), SOURCE_KEYWORDS) : null;
  return [
    medium(
      'unknown-source',
      about,
      `${text} isn’t a valid source, so it allows nothing.`,
      near ? `Did you mean '${near}'?` : 'Check its spelling, or remove it.',
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
      medium(
        'placeholder',
        about,
        `${text} is a placeholder.`,
        'Replace it with the hash that the browser’s console shows.',
      ),
    ];
  return value.replace(/=+$/, '').length === HASH_LENGTHS[algorithm] && /^[\w+/-]+=*$/.test(value)
    ? []
    : [
        medium(
          'bad-hash',
          about,
          `${text} isn’t a valid ${algorithm.toUpperCase()} hash in Base64, so it matches no code.`,
          'Copy the complete hash again.',
        ),
      ];
}
