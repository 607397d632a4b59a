import { bypassOf } from './bypass.ts';
import { type HostSource, parseSource } from './source.ts';

/** How risky a change is, and what it allows, as text for the person who decides. */
export type Risk = { level: 'low' | 'medium' | 'high'; words: string };

/** What a host can do once a directive lists it. */
const OF_HOSTS: Record<string, Risk> = {
  'script-src': { level: 'medium', words: 'Whoever controls this host can run code in your pages.' },
  'style-src': { level: 'medium', words: 'Whoever controls this host can restyle your pages and read parts of them.' },
  'worker-src': { level: 'medium', words: 'Whoever controls this host can run code in your workers.' },
  'object-src': { level: 'high', words: "The policy doesn’t apply to plugins. Keep object-src 'none' if you can." },
  'base-uri': {
    level: 'high',
    words: 'With a base on another host, every script with a relative URL is loaded from there.',
  },
  'frame-src': { level: 'low', words: 'Your pages can embed this host in a frame, which is isolated from them.' },
  'connect-src': { level: 'medium', words: 'Code in your pages can send data to this host.' },
  'form-action': { level: 'medium', words: 'Forms can send what people type to this host.' },
  'frame-ancestors': {
    level: 'medium',
    words: 'This host can embed your pages in a frame and trick people into clicking on them.',
  },
  'img-src': { level: 'low', words: 'Images can’t run code. This host learns who opens your pages.' },
  'font-src': { level: 'low', words: 'Fonts can’t run code. This host learns who opens your pages.' },
  'media-src': { level: 'low', words: 'Audio and video can’t run code. This host learns who opens your pages.' },
  'manifest-src': { level: 'low', words: 'A manifest describes your app and its icons. It can’t run code.' },
};
const OF_ANY: Risk = { level: 'medium', words: 'Your pages can load from this host.' };

/** What a scheme allows, by directive. */
const OF_SCHEMES: Record<string, Risk> = {
  'script-src data': {
    level: 'high',
    words: 'Injected content can include its own code, so the policy no longer protects against injected scripts.',
  },
  'script-src blob': {
    level: 'medium',
    words: 'Running code can create more code. If it has a vulnerability, an attacker can too.',
  },
  'worker-src data': { level: 'medium', words: 'Running code can start workers from any text.' },
  'worker-src blob': {
    level: 'low',
    words: 'Running code can start workers that it creates itself, which many libraries do.',
  },
  'style-src data': { level: 'medium', words: 'Injected content can include its own styles.' },
  'frame-src data': {
    level: 'medium',
    words: 'Injected markup can show a frame with its own content, isolated from the page.',
  },
  'object-src data': {
    level: 'high',
    words: "The policy doesn’t apply to plugins. Keep object-src 'none' if you can.",
  },
  'base-uri data': { level: 'high', words: 'No page needs a base like this.' },
};

/** The directive that a more specific one belongs to, such as `script-src` for `script-src-elem`. */
export const familyOf = (directive: string): string =>
  directive
    .replace(/^((?:script|style)-src)-(?:elem|attr)$/, '$1')
    .replace(/^(?:child|fenced-frame)-src$/, 'frame-src');

/** The risk of adding a source expression to a directive. */
export function riskOfSource(directive: string, expression: string, hasEval: boolean): Risk {
  const family = familyOf(directive);
  const source = parseSource(expression);
  if (expression === "'self'")
    return { level: 'low', words: 'This is your own site. Make sure that people can’t upload scripts to it.' };
  if (source.kind === 'scheme')
    return (
      OF_SCHEMES[`${family} ${source.scheme}`] ??
      (['data', 'blob', 'mediastream', 'filesystem'].includes(source.scheme)
        ? { level: 'low', words: 'The content comes from the page itself and can’t run code.' }
        : { level: 'medium', words: `Every ${source.scheme}: URL is allowed.` })
    );
  const risk = OF_HOSTS[family] ?? OF_ANY;
  return source.kind === 'host' ? raised(risk, family, source, hasEval) : risk;
}

/** The risk, raised for hosts with known bypasses and for unencrypted connections. */
function raised(risk: Risk, family: string, source: HostSource, hasEval: boolean): Risk {
  const bypass = family === 'script-src' ? bypassOf(source, hasEval) : null;
  if (bypass)
    return { level: 'high', words: `${bypass.host} ${bypass.words}. ${risk.words} A nonce on the tag allows less.` };
  if (source.scheme === 'http' || source.scheme === 'ws')
    return {
      level: family === 'script-src' ? 'high' : risk.level,
      words: `${risk.words} Without TLS, so can anyone on the network.`,
    };
  return risk;
}
