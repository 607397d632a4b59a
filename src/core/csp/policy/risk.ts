import { bypassOf } from './bypass.ts';
import { type HostSource, parseSource } from './source.ts';

/** How risky a change is, and what it allows, as text for the person who decides. */
export type Risk = { level: 'low' | 'medium' | 'high'; words: string };

/** What a host may do once a directive names it. */
const OF_HOSTS: Record<string, Risk> = {
  'script-src': { level: 'medium', words: 'Whoever controls this host can run code in your pages.' },
  'style-src': { level: 'medium', words: 'Whoever controls this host can restyle your pages and read parts of them.' },
  'worker-src': { level: 'medium', words: 'Whoever controls this host can run code in your workers.' },
  'object-src': { level: 'high', words: "Plugins are not bound by the policy: better keep object-src 'none'." },
  'base-uri': { level: 'high', words: 'A base of another host makes every relative script come from there.' },
  'frame-src': { level: 'low', words: 'Your pages may show this host in a frame. It stays apart from them.' },
  'connect-src': { level: 'medium', words: 'Code in your pages may send data to this host.' },
  'form-action': { level: 'medium', words: 'Forms may send what people type to this host.' },
  'frame-ancestors': { level: 'medium', words: 'This host may put your pages into a frame and lure clicks onto them.' },
  'img-src': { level: 'low', words: 'Images run no code. This host learns who opens your pages.' },
  'font-src': { level: 'low', words: 'Fonts run no code. This host learns who opens your pages.' },
  'media-src': { level: 'low', words: 'Sound and video run no code. This host learns who opens your pages.' },
  'manifest-src': { level: 'low', words: 'A manifest names your app and its icons. It runs no code.' },
};
const OF_ANY: Risk = { level: 'medium', words: 'Your pages may load from this host.' };

/** What a scheme opens in a directive that takes code from it. */
const OF_SCHEMES: Record<string, Risk> = {
  'script-src data': {
    level: 'high',
    words: 'Anything that gets into the page may bring its code along: this opens all that the policy closes.',
  },
  'script-src blob': {
    level: 'medium',
    words: 'Code that runs already may make more code. With a hole in it, an attacker may too.',
  },
  'worker-src data': { level: 'medium', words: 'Code that runs already may start workers from any text.' },
  'worker-src blob': {
    level: 'low',
    words: 'Code that runs already may start workers it makes itself. Many libraries do.',
  },
  'style-src data': { level: 'medium', words: 'Anything that gets into the page may bring its styles along.' },
  'frame-src data': {
    level: 'medium',
    words: 'Markup that gets into the page may show a frame of its own making, apart from the page.',
  },
  'object-src data': { level: 'high', words: "Plugins are not bound by the policy: better keep object-src 'none'." },
  'base-uri data': { level: 'high', words: 'No page needs such a base.' },
};

/** What a directive is about, whichever of its two forms was reported. */
export const familyOf = (directive: string): string =>
  directive
    .replace(/^((?:script|style)-src)-(?:elem|attr)$/, '$1')
    .replace(/^(?:child|fenced-frame)-src$/, 'frame-src');

/** What it means to add a URL's expression to a directive. */
export function riskOfSource(directive: string, expression: string, hasEval: boolean): Risk {
  const family = familyOf(directive);
  const source = parseSource(expression);
  if (expression === "'self'") return { level: 'low', words: 'Your own site. Mind what people can upload there.' };
  if (source.kind === 'scheme')
    return (
      OF_SCHEMES[`${family} ${source.scheme}`] ??
      (['data', 'blob', 'mediastream', 'filesystem'].includes(source.scheme)
        ? { level: 'low', words: 'It comes from the page itself and runs no code.' }
        : { level: 'medium', words: `Everything with ${source.scheme}: addresses is let in.` })
    );
  const risk = OF_HOSTS[family] ?? OF_ANY;
  return source.kind === 'host' ? raised(risk, family, source, hasEval) : risk;
}

/** The same with what is known of the host. */
function raised(risk: Risk, family: string, source: HostSource, hasEval: boolean): Risk {
  const bypass = family === 'script-src' ? bypassOf(source, hasEval) : null;
  if (bypass)
    return { level: 'high', words: `${bypass.host} ${bypass.words}. ${risk.words} A nonce on the tag opens less.` };
  if (source.scheme === 'http' || source.scheme === 'ws')
    return {
      level: family === 'script-src' ? 'high' : risk.level,
      words: `${risk.words} Without TLS, so can anybody on the way.`,
    };
  return risk;
}
