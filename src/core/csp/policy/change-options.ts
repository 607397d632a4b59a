import { sha256 } from '#core/signing/sha-256.ts';
import { REDACTED } from '#core/text/redact.ts';
import { reportedAncestor } from './ancestor.ts';
import type { PolicyEdit } from './edit.ts';
import { allowsAllInline } from './match-code.ts';
import { urlsOf } from './match-fetch.ts';
import { type Risk, riskOfSource } from './risk.ts';
import { hasHash, hasKeyword, hasNonce } from './source.ts';
import { matchSource, originOf, type ReportedUrl } from './url.ts';
import type { ReportedViolation, Sources } from './verdict.ts';

/** What stands in a policy where the server has to put a value of its own. No browser takes it as it is. */
export const NONCE_PLACEHOLDER = "'nonce-{random}'";
export const HASH_PLACEHOLDER = "'sha256-{hash}'";

export type ChangeOption = PolicyEdit & { risk: Risk };

/** The ways to let a violation through, the best one first: the narrowest, unless a little wider one is much safer. */
export function changeOptions(violation: ReportedViolation, sources: Sources): ChangeOption[] {
  const { blocked_kind: kind } = violation;
  if (kind === 'inline') return inlineOptions(violation, sources);
  if (kind === 'eval') return [{ add: ["'unsafe-eval'"], risk: EVAL }];
  if (kind === 'wasm-eval') return [{ add: ["'wasm-unsafe-eval'"], risk: WASM }];
  return kind === 'trusted-types' ? trustedTypesOptions(violation, sources) : urlOptions(violation, sources);
}

const EVAL: Risk = {
  level: 'high',
  words:
    'Any text that reaches eval or new Function becomes code. Better change the code, or the library’s build, so that it needs neither.',
};
const WASM: Risk = { level: 'low', words: 'Pages may compile WebAssembly. Strings still do not become code.' };

const nonce = (words: string): ChangeOption => ({ add: [NONCE_PLACEHOLDER], risk: { level: 'low', words } });
const NONCE_WORDS =
  'The server has to make a new random value for every answer, and put it here and on the tags it means.';
/** Of the code that the report shows whole, or one to fill in. */
function hashOption({ sample }: ReportedViolation, isAttribute: boolean): ChangeOption {
  const hash = hashOfSample(sample);
  const where = hash
    ? 'The hash is of the code as the newest report shows it; with white space around it, the browser’s console names another.'
    : 'The browser’s console names the hash.';
  return isAttribute
    ? {
        add: ["'unsafe-hashes'", hash ?? HASH_PLACEHOLDER],
        risk: {
          level: 'medium',
          words: `Exactly this code may run, in any attribute of any element. Better move it out of the attribute. ${where}`,
        },
      }
    : {
        add: [hash ?? HASH_PLACEHOLDER],
        risk: {
          level: 'low',
          words: `Exactly this code may run, and has to be listed again when it changes. ${where}`,
        },
      };
}

function inlineOptions(violation: ReportedViolation, sources: Sources): ChangeOption[] {
  const { directive } = violation;
  const isScript = !directive.startsWith('style-src');
  const isAttribute = directive.endsWith('-attr');
  const unsafe: ChangeOption = { add: ["'unsafe-inline'"], risk: unsafeInline(isScript, isAttribute) };
  const hash = hashOption(violation, isAttribute);
  if (isAttribute) return isScript ? [hash, unsafe] : [unsafe, hash];
  const isOff = hasNonce(sources) || hasHash(sources) || (isScript && hasKeyword(sources, 'strict-dynamic'));
  return [nonce(NONCE_WORDS), hash, ...(isOff ? [] : [unsafe])];
}

function unsafeInline(isScript: boolean, isAttribute: boolean): Risk {
  if (isScript)
    return {
      level: 'high',
      words: 'All inline code may run, an attacker’s too: the policy then stops almost no injected script.',
    };
  return isAttribute
    ? { level: 'low', words: 'Injected markup may restyle itself. It runs no code and reads nothing.' }
    : {
        level: 'medium',
        words: 'Injected styles may restyle the page and read parts of it, such as values of fields.',
      };
}

function trustedTypesOptions({ directive, sample }: ReportedViolation, sources: Sources): ChangeOption[] {
  if (directive === 'require-trusted-types-for')
    return [
      {
        add: [],
        drop: true,
        risk: {
          level: 'high',
          words:
            'Pages may write plain strings into sinks such as innerHTML again. Better change the code, or make a default policy that cleans them.',
        },
      },
    ];
  const name = sample && /^[\w\-#=/@.%]+$/.test(sample) ? sample : null;
  const known = name !== null && sources.some(({ text }) => text === name || text === '*');
  const any: ChangeOption = { add: ['*'], risk: { level: 'medium', words: 'Policies of any name may be made.' } };
  if (known)
    return [
      {
        add: ["'allow-duplicates'"],
        risk: { level: 'medium', words: 'Another script may make a policy of the same name.' },
      },
    ];
  return name === null
    ? [any]
    : [
        {
          add: [name],
          risk: { level: 'medium', words: 'Whatever this policy lets through reaches the sinks: read its code.' },
        },
        any,
      ];
}

function urlOptions(violation: ReportedViolation, sources: Sources): ChangeOption[] {
  const { directive } = violation;
  // The page itself is not who has to be named.
  if (directive === 'frame-ancestors' && !reportedAncestor(violation)) return [];
  const { url, page } = urlsOf(violation);
  const hasEval = hasKeyword(sources, 'unsafe-eval');
  const option = (expression: string): ChangeOption => ({
    add: [expression],
    risk: riskOfSource(directive, expression, hasEval),
  });
  const isScript = directive.startsWith('script-src');
  const tag = nonce(`${NONCE_WORDS} Then no host has to be named.`);
  const mayTag = isScript && !allowsAllInline(sources, directive);
  if (isScript && hasKeyword(sources, 'strict-dynamic')) return [tag];
  // An empty URL is what Chromium reports of frames with data: URLs; elsewhere it tells nothing.
  if (url === null) return directive === 'frame-src' && violation.blocked === null ? [option('data:')] : [];
  if (url.host === null) return [option(`${url.scheme}:`)];
  const self = { kind: 'keyword', keyword: 'self', text: "'self'" } as const;
  if (page && matchSource(self, url, page) === 'yes') return [option("'self'")];
  if (url.host.includes('_')) return [...wildcardsOf(url).map(option), ...(mayTag ? [tag] : [])];
  const origin = originOf(url);
  const file = isScript && url.path && url.path.length > 1 && /^[^[…;,]*$/.test(url.path) ? origin + url.path : null;
  return [option(origin), ...(file ? [ofFile(option(file))] : []), ...(mayTag ? [tag] : [])];
}

/** Above a host that no expression can name: the nearest wildcard of two names or more, else its scheme. */
function wildcardsOf({ scheme, host, port }: ReportedUrl): string[] {
  const labels = (host ?? '').split('.');
  const above = labels.slice(labels.findLastIndex((label) => label.includes('_')) + 1).join('.');
  return [above.includes('.') ? originOf({ scheme, host: `*.${above}`, port, path: null }) : `${scheme}:`];
}

const ofFile = ({ add, risk }: ChangeOption): ChangeOption => ({
  add,
  risk: {
    ...risk,
    words: `Only this file, unless the host redirects. It stops when the file is renamed. ${risk.words}`,
  },
});

/** Browsers cut a sample after 40 characters (CSP Level 3 §2.4); Firefox puts an ellipsis there. */
const CUT = 40;

/** The hash source of exactly this code (CSP Level 3 §6.7.3). */
const hashSource = (code: string): string => `'sha256-${btoa(String.fromCharCode(...sha256(code)))}'`;

/**
 * The hash source of the code that a report's sample shows, or null when the sample is not the whole code. Chromium 156
 * leaves out the white space around the code, which its hash includes: then this is the hash of another code.
 */
function hashOfSample(sample: string | null | undefined): string | null {
  if (!sample || sample.length >= CUT || sample.endsWith('…') || sample.includes(REDACTED)) return null;
  return hashSource(sample);
}
