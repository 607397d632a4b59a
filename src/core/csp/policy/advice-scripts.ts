import { bypassOf } from './bypass.ts';
import { decidingDirective } from './fallback.ts';
import { allowsAllInline } from './match-code.ts';
import type { Directive, Policy } from './policy.ts';
import { hasHash, hasKeyword, hasNonce, parseSources, type SourceExpression } from './source.ts';
import type { Sources } from './verdict.ts';
import { high, low, medium, type PolicyWarning } from './warning.ts';

/**
 * Finds weaknesses in the source lists that apply to scripts, which matter most against injected code (CSP Level 3 §7,
 * §8.2).
 */
export function adviseOnScripts(policy: Policy): PolicyWarning[] {
  const lists = new Map<string, { list: Directive; uses: string[] }>();
  for (const use of ['script-src-elem', 'script-src-attr', 'script-src']) {
    const list = decidingDirective(policy, use);
    if (list) lists.set(list.name, { list, uses: [...(lists.get(list.name)?.uses ?? []), use] });
  }
  return [...lists.values()].flatMap(({ list, uses }) => adviseOnList(list, uses));
}

function adviseOnList({ name: directive, values }: Directive, uses: readonly string[]): PolicyWarning[] {
  const sources = parseSources(values);
  const found: PolicyWarning[] = [];
  if (uses.some((use) => use !== 'script-src' && allowsAllInline(sources, use)))
    found.push(
      high(
        'unsafe-inline',
        { directive, value: "'unsafe-inline'" },
        `'unsafe-inline' allows every inline script, including injected ones.`,
        "Add nonces or hashes for your inline scripts. Browsers then ignore 'unsafe-inline'.",
      ),
    );
  if (hasKeyword(sources, 'unsafe-eval') && uses.includes('script-src'))
    found.push(
      medium(
        'unsafe-eval',
        { directive, value: "'unsafe-eval'" },
        `'unsafe-eval' lets any string that reaches eval run as code.`,
        "Use a build of the library that doesn’t need eval. For WebAssembly, 'wasm-unsafe-eval' is enough.",
      ),
    );
  if (hasKeyword(sources, 'unsafe-hashes'))
    found.push(
      low(
        'unsafe-hashes',
        { directive, value: "'unsafe-hashes'" },
        `'unsafe-hashes' lets injected attributes run any code whose hash is listed.`,
        'Move event handlers into scripts and attach them with addEventListener.',
      ),
    );
  return [
    ...found,
    ...adviseOnTrust(directive, sources),
    ...(uses.includes('script-src-elem') ? adviseOnHosts(directive, sources) : []),
  ];
}

/** CSP Level 3 §7.1: 128 random bits are 22 characters of Base64. */
const LEAST_NONCE = 22;

function adviseOnTrust(directive: string, sources: Sources): PolicyWarning[] {
  const found = sources.flatMap((source) => (source.kind === 'nonce' ? adviseOnNonce(directive, source) : []));
  if (hasKeyword(sources, 'strict-dynamic') && !hasNonce(sources) && !hasHash(sources))
    found.push(
      high(
        'strict-dynamic-alone',
        { directive, value: "'strict-dynamic'" },
        `'strict-dynamic' only extends the trust of scripts with a nonce or a hash. The list has neither, so browsers block every script.`,
        'Add a nonce, and set it on your script tags.',
      ),
    );
  return found;
}

function adviseOnNonce(directive: string, { text, nonce }: SourceExpression & { kind: 'nonce' }): PolicyWarning[] {
  const about = { directive, value: text };
  if (nonce === '[redacted]') return [];
  if (/[{}$<>%[\]…]/.test(nonce))
    return [
      low(
        'placeholder',
        about,
        `${text} is a placeholder.`,
        'Have the server generate a new random value for every response.',
      ),
    ];
  if (new Set(nonce).size < 8 || /^[a-z]+$/i.test(nonce))
    return [
      high(
        'static-nonce',
        about,
        `${text} doesn’t look random. A nonce that can be guessed or is reused gives no protection.`,
        'Generate a new nonce with 128 random bits for every response.',
      ),
    ];
  return nonce.length < LEAST_NONCE
    ? [
        medium(
          'short-nonce',
          about,
          `${text} is shorter than 128 bits.`,
          'Generate nonces from at least 16 random bytes, which are 22 characters of Base64.',
        ),
      ]
    : [];
}

function adviseOnHosts(directive: string, sources: Sources): PolicyWarning[] {
  // Browsers that support 'strict-dynamic' ignore hosts and schemes in the same list.
  if (hasKeyword(sources, 'strict-dynamic')) return [];
  const hasEval = hasKeyword(sources, 'unsafe-eval');
  return sources.flatMap((source) => adviseOnHost(directive, source, hasEval));
}

const NAME_THEM = 'List the hosts that you need, or use nonces.';

function adviseOnHost(directive: string, source: SourceExpression, hasEval: boolean): PolicyWarning[] {
  const about = { directive, value: source.text };
  if (source.kind === 'star' || (source.kind === 'host' && source.host === '*'))
    return [high('any-host', about, `${source.text} allows scripts from any host.`, NAME_THEM)];
  if (source.kind === 'scheme')
    return [
      ['data', 'blob', 'filesystem'].includes(source.scheme)
        ? adviseOnContent(directive, source)
        : high('any-host', about, `${source.text} allows scripts from any host that uses this scheme.`, NAME_THEM),
    ];
  if (source.kind !== 'host') return [];
  if (/^\*\.[^.]+$/.test(source.host))
    return [
      high('any-host', about, `${source.text} allows scripts from every domain under a top-level domain.`, NAME_THEM),
    ];
  const bypass = bypassOf(source, hasEval);
  if (bypass === null) return [];
  const words = `${source.text} is a known CSP bypass: ${bypass.host} ${bypass.words}.`;
  return [high('bypass', about, words, 'Serve the file from your own host, or use a nonce.')];
}

const adviseOnContent = (directive: string, { text, scheme }: { text: string; scheme: string }): PolicyWarning =>
  scheme === 'data'
    ? high(
        'content-as-script',
        { directive, value: text },
        'data: lets injected markup include its own script.',
        'Remove data:, and serve the script as a file.',
      )
    : medium(
        'content-as-script',
        { directive, value: text },
        `${text} lets running scripts create new ones.`,
        'If only workers need it, allow it in worker-src.',
      );
