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

/** Placeholders for values that the server has to insert. No browser accepts them as they are. */
export const NONCE_PLACEHOLDER = "'nonce-{random}'";
export const HASH_PLACEHOLDER = "'sha256-{hash}'";

export type ChangeOption = PolicyEdit & { risk: Risk };

/** The ways to allow a violation, best first: the narrowest one, unless a slightly wider one is much safer. */
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
    'Any string that reaches eval or new Function runs as code. It’s safer to change the code, or to use a build of the library that needs neither.',
};
const WASM: Risk = { level: 'low', words: 'Pages can compile WebAssembly. Strings still can’t run as code.' };

const nonce = (words: string): ChangeOption => ({ add: [NONCE_PLACEHOLDER], risk: { level: 'low', words } });
const NONCE_WORDS =
  'The server has to generate a new random value for every response, and set it here and on the tags it trusts.';
/** The hash of the code if the report contains all of it, or else a placeholder. */
function hashOption({ sample }: ReportedViolation, isAttribute: boolean): ChangeOption {
  const hash = hashOfSample(sample);
  const where = hash
    ? 'The hash is of the code as the newest report shows it. If the code has leading or trailing white space, use the hash that the browser’s console shows.'
    : 'The browser’s console shows the hash.';
  return isAttribute
    ? {
        add: ["'unsafe-hashes'", hash ?? HASH_PLACEHOLDER],
        risk: {
          level: 'medium',
          words: `Only this exact code can run, but in any attribute of any element. It’s safer to move it out of the attribute. ${where}`,
        },
      }
    : {
        add: [hash ?? HASH_PLACEHOLDER],
        risk: {
          level: 'low',
          words: `Only this exact code can run. When it changes, its new hash has to be added. ${where}`,
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
      words: 'All inline code can run, including an attacker’s. The policy then stops almost no injected scripts.',
    };
  return isAttribute
    ? { level: 'low', words: 'Injected markup can restyle itself. It can’t run code or read data.' }
    : {
        level: 'medium',
        words: 'Injected styles can restyle the page and read parts of it, such as field values.',
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
            'Pages can write plain strings to sinks such as innerHTML again. It’s safer to change the code, or to create a default policy that sanitizes them.',
        },
      },
    ];
  const name = sample && /^[\w\-#=/@.%]+$/.test(sample) ? sample : null;
  const known = name !== null && sources.some(({ text }) => text === name || text === '*');
  const any: ChangeOption = {
    add: ['*'],
    risk: { level: 'medium', words: 'Scripts can create policies with any name.' },
  };
  if (known)
    return [
      {
        add: ["'allow-duplicates'"],
        risk: { level: 'medium', words: 'Another script can create a policy with the same name.' },
      },
    ];
  return name === null
    ? [any]
    : [
        {
          add: [name],
          risk: {
            level: 'medium',
            words: 'Everything that this policy lets through reaches the sinks. Review its code.',
          },
        },
        any,
      ];
}

function urlOptions(violation: ReportedViolation, sources: Sources): ChangeOption[] {
  const { directive } = violation;
  // The report names the embedded page, but the embedding site would have to be allowed.
  if (directive === 'frame-ancestors' && !reportedAncestor(violation)) return [];
  const { url, page } = urlsOf(violation);
  const hasEval = hasKeyword(sources, 'unsafe-eval');
  const option = (expression: string): ChangeOption => ({
    add: [expression],
    risk: riskOfSource(directive, expression, hasEval),
  });
  const isScript = directive.startsWith('script-src');
  const tag = nonce(`${NONCE_WORDS} Then you don’t need to list any hosts.`);
  const mayTag = isScript && !allowsAllInline(sources, directive);
  if (isScript && hasKeyword(sources, 'strict-dynamic')) return [tag];
  // Chromium reports an empty URL for frames with data: URLs. Elsewhere, an empty URL means nothing.
  if (url === null) return directive === 'frame-src' && violation.blocked === null ? [option('data:')] : [];
  if (url.host === null) return [option(`${url.scheme}:`)];
  const self = { kind: 'keyword', keyword: 'self', text: "'self'" } as const;
  if (page && matchSource(self, url, page) === 'yes') return [option("'self'")];
  if (url.host.includes('_')) return [...wildcardsOf(url).map(option), ...(mayTag ? [tag] : [])];
  const origin = originOf(url);
  const file = isScript && url.path && url.path.length > 1 && /^[^[…;,]*$/.test(url.path) ? origin + url.path : null;
  return [option(origin), ...(file ? [ofFile(option(file))] : []), ...(mayTag ? [tag] : [])];
}

/** For a host that no expression can name: the nearest wildcard with at least two labels, or else its scheme. */
function wildcardsOf({ scheme, host, port }: ReportedUrl): string[] {
  const labels = (host ?? '').split('.');
  const above = labels.slice(labels.findLastIndex((label) => label.includes('_')) + 1).join('.');
  return [above.includes('.') ? originOf({ scheme, host: `*.${above}`, port, path: null }) : `${scheme}:`];
}

const ofFile = ({ add, risk }: ChangeOption): ChangeOption => ({
  add,
  risk: {
    ...risk,
    words: `Allows only this file, unless the host redirects. It stops working when the file is renamed. ${risk.words}`,
  },
});

/** Browsers cut samples after 40 characters (CSP Level 3 §2.4). Firefox adds an ellipsis. */
const CUT = 40;

/** The hash source of exactly this code (CSP Level 3 §6.7.3). */
const hashSource = (code: string): string => `'sha256-${btoa(String.fromCharCode(...sha256(code)))}'`;

/**
 * The hash source of the code in a report's sample, or null if the sample isn't the complete code. Chromium 156 trims
 * the white space around the code, although the hash includes it, so the result can be wrong for such code.
 */
function hashOfSample(sample: string | null | undefined): string | null {
  if (!sample || sample.length >= CUT || sample.endsWith('…') || sample.includes(REDACTED)) return null;
  return hashSource(sample);
}
