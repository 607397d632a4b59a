import { bypassOf } from './bypass.ts';
import { decidingDirective } from './fallback.ts';
import { allowsAllInline } from './match-code.ts';
import type { Directive, Policy } from './policy.ts';
import { hasHash, hasKeyword, hasNonce, parseSources, type SourceExpression } from './source.ts';
import type { Sources } from './verdict.ts';
import { high, low, medium, type PolicyWarning } from './warning.ts';

/** What makes the lists weak that decide about scripts: against injected code they are the policy (CSP Level 3 §7, §8.2). */
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
        `'unsafe-inline' runs every inline script, injected ones too.`,
        'Give inline scripts a nonce or a hash: then browsers ignore it.',
      ),
    );
  if (hasKeyword(sources, 'unsafe-eval') && uses.includes('script-src'))
    found.push(
      medium(
        'unsafe-eval',
        { directive, value: "'unsafe-eval'" },
        `'unsafe-eval' makes code of any text that reaches eval.`,
        "Look for a build of the library without eval; for WebAssembly, 'wasm-unsafe-eval' is enough.",
      ),
    );
  if (hasKeyword(sources, 'unsafe-hashes'))
    found.push(
      low(
        'unsafe-hashes',
        { directive, value: "'unsafe-hashes'" },
        `'unsafe-hashes' lets injected attributes use the code of the listed hashes.`,
        'Move handlers into scripts, with addEventListener.',
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
        `'strict-dynamic' passes trust on, and there is no nonce and no hash to begin with: browsers block every script.`,
        'Add a nonce, and put it on your script tags.',
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
        'Let the server put a new random value there for every answer.',
      ),
    ];
  if (new Set(nonce).size < 8 || /^[a-z]+$/i.test(nonce))
    return [
      high(
        'static-nonce',
        about,
        `${text} does not look random. A nonce that can be guessed, or stays, protects nothing.`,
        'Make a new one of 128 random bits for every answer.',
      ),
    ];
  return nonce.length < LEAST_NONCE
    ? [
        medium(
          'short-nonce',
          about,
          `${text} is shorter than 128 bits.`,
          'Make nonces of 16 random bytes: 22 characters of Base64 or more.',
        ),
      ]
    : [];
}

function adviseOnHosts(directive: string, sources: Sources): PolicyWarning[] {
  // Browsers that know 'strict-dynamic' do not look at hosts and schemes beside it.
  if (hasKeyword(sources, 'strict-dynamic')) return [];
  const hasEval = hasKeyword(sources, 'unsafe-eval');
  return sources.flatMap((source) => adviseOnHost(directive, source, hasEval));
}

const NAME_THEM = 'Name the hosts that you need, or use nonces.';

function adviseOnHost(directive: string, source: SourceExpression, hasEval: boolean): PolicyWarning[] {
  const about = { directive, value: source.text };
  if (source.kind === 'star' || (source.kind === 'host' && source.host === '*'))
    return [high('any-host', about, `${source.text} allows scripts from every host.`, NAME_THEM)];
  if (source.kind === 'scheme')
    return [
      ['data', 'blob', 'filesystem'].includes(source.scheme)
        ? adviseOnContent(directive, source)
        : high('any-host', about, `${source.text} allows scripts from every host that speaks it.`, NAME_THEM),
    ];
  if (source.kind !== 'host') return [];
  if (/^\*\.[^.]+$/.test(source.host))
    return [high('any-host', about, `${source.text} allows scripts from everybody below a whole ending.`, NAME_THEM)];
  const bypass = bypassOf(source, hasEval);
  if (bypass === null) return [];
  const words = `${source.text} is a known way around policies: ${bypass.host} ${bypass.words}.`;
  return [high('bypass', about, words, 'Serve the file from your own host, or use a nonce instead.')];
}

const adviseOnContent = (directive: string, { text, scheme }: { text: string; scheme: string }): PolicyWarning =>
  scheme === 'data'
    ? high(
        'content-as-script',
        { directive, value: text },
        'data: lets injected markup bring its own script along.',
        'Take data: away, and serve the script as a file.',
      )
    : medium(
        'content-as-script',
        { directive, value: text },
        `${text} lets code that runs make more code.`,
        'Allow it for workers alone, in worker-src.',
      );
