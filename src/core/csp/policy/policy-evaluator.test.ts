import { URLS as ANGULAR_URLS } from 'csp_evaluator/dist/allowlist_bypasses/angular.js';
import { URLS as JSONP_URLS, NEEDS_EVAL } from 'csp_evaluator/dist/allowlist_bypasses/jsonp.js';
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { type Finding, Severity, Type } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import { expect, test } from 'vitest';
import { adviseOnPolicy } from './advice.ts';

/** What each kind of finding of Google's evaluator is called here. */
const OURS: Partial<Record<Type, readonly string[]>> = {
  [Type.MISSING_SEMICOLON]: ['missing-semicolon'],
  [Type.UNKNOWN_DIRECTIVE]: ['unknown-directive'],
  [Type.INVALID_KEYWORD]: ['unquoted', 'unknown-source'],
  [Type.MISSING_DIRECTIVES]: ['no-script-src', 'no-object-src', 'no-base-uri'],
  [Type.SCRIPT_UNSAFE_INLINE]: ['unsafe-inline'],
  [Type.SCRIPT_UNSAFE_EVAL]: ['unsafe-eval'],
  [Type.SCRIPT_UNSAFE_HASHES]: ['unsafe-hashes'],
  [Type.PLAIN_URL_SCHEMES]: ['any-host', 'content-as-script'],
  [Type.PLAIN_WILDCARD]: ['any-host'],
  // A wildcard such as *.com is any host, before it is a known one.
  [Type.SCRIPT_ALLOWLIST_BYPASS]: ['bypass', 'any-host'],
  // A nonce with other characters than Base64 has is no source at all (CSP Level 3 §2.3.1).
  [Type.NONCE_LENGTH]: ['short-nonce', 'static-nonce', 'unknown-source'],
  [Type.NONCE_CHARSET]: ['unknown-source'],
  [Type.IP_SOURCE]: ['ip-address', 'unknown-source'],
  [Type.DEPRECATED_DIRECTIVE]: ['deprecated', 'unknown-directive'],
  [Type.SRC_HTTP]: ['plain-http'],
};

/** Findings that browsers prove wrong, and why. */
const WRONG: readonly { reason: string; is: (finding: Finding) => boolean }[] = [
  {
    reason: 'Event handlers have no host: the hosts in script-src-attr allow nothing (CSP Level 3 §6.1.11).',
    is: ({ directive }) => directive === 'script-src-attr',
  },
  {
    reason: '//* is no source: an expression has a scheme or begins with its host.',
    is: ({ value }) => value === '//*',
  },
  {
    reason: '127.0.0.1 is the one address that counts (CSP Level 3 §6.7.2.8).',
    is: ({ value }) => value === '127.0.0.1',
  },
  {
    reason: 'Trusted Types §4.9 added the keyword.',
    is: ({ value }) => value === "'trusted-types-eval'",
  },
  { reason: 'Chromium knows fenced-frame-src.', is: ({ directive }) => directive === 'fenced-frame-src' },
  { reason: 'No browser runs Flash.', is: ({ type }) => type === Type.OBJECT_ALLOWLIST_BYPASS },
  { reason: 'It says that a word is ignored, which is no weakness.', is: ({ type }) => type === Type.IGNORED },
  {
    reason: 'reflected-xss has no list of sources.',
    is: ({ type, directive }) => type === Type.INVALID_KEYWORD && directive === 'reflected-xss',
  },
];

const findingsOf = (policy: string): Finding[] => new CspEvaluator(new CspParser(policy).csp).evaluate();

/** `MAYBE` says only that somebody should look. */
const isCertain = ({ severity }: Finding) => severity !== Severity.MEDIUM_MAYBE && severity !== Severity.HIGH_MAYBE;

const SCRIPTS = [
  "'self'",
  "'self' 'unsafe-inline'",
  "'unsafe-inline' 'strict-dynamic' 'nonce-q83vEjRWeJCrze8SNFZ4kA'",
  "'unsafe-eval'",
  "'unsafe-hashes'",
  "'unsafe-hashed-attributes'",
  "'report-sample'",
  "'inline-speculation-rules'",
  "'trusted-types-eval'",
  "'strict-dynamic'",
  "'nonce-abc'",
  "'nonce-!!!'",
  "'nonce-q83vEjRWeJCrze8SNFZ4kA'",
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'slf'",
  'self',
  'none',
  'unsafe-inline',
  'strict-dynamic',
  'nonce-abcdefgh',
  "'none' https://a.example",
  '*',
  '*.com',
  '//*',
  'https://*',
  'https://*:*',
  'https:',
  'http:',
  'data:',
  'blob:',
  'filesystem:',
  'http://cdn.example',
  'wss://a.example',
  'https://a.example/x?y',
  '10.0.0.1',
  'https://10.0.0.1:8080',
  '127.0.0.1',
  '[::1]',
];
const POLICIES = [
  ...SCRIPTS.flatMap((sources) => [
    `script-src ${sources}; object-src 'none'; base-uri 'none'`,
    `default-src ${sources}`,
    `script-src-elem ${sources}`,
    `script-src-attr ${sources}; script-src 'self'; object-src 'none'`,
  ]),
  "default-src 'none'",
  'img-src *',
  "script-src 'self' object-src 'none'",
  "script-src 'self' report-uri /x",
  "script-src 'self'; script-src *",
  "script-srcs 'self'",
  "scriptsrc 'self'",
  "script-src: 'self'",
  'reflected-xss block',
  'referrer no-referrer',
  'disown-opener',
  "prefetch-src 'self'",
  'plugin-types application/pdf',
  'block-all-mixed-content',
  'report-uri http://r.example/',
  "fenced-frame-src 'self'",
  "webrtc 'block'",
  "require-trusted-types-for 'script'",
  'trusted-types a',
  'upgrade-insecure-requests',
  "manifest-src 'self'",
  "navigate-to 'self'",
  'require-sri-for script',
  'sandbox',
  "style-src 'unsafe-inline'",
  'object-src https://ajax.googleapis.com',
  'connect-src http://a.example',
];

test('nothing that Google’s evaluator is certain of is missing here, but for what it gets wrong', () => {
  const missing: string[] = [];
  const met = new Set<string>();
  let shared = 0;
  for (const policy of POLICIES) {
    const ours = adviseOnPolicy(policy);
    for (const finding of findingsOf(policy).filter(isCertain)) {
      if (ours.some(({ id }) => OURS[finding.type]?.includes(id))) shared += 1;
      else {
        const wrong = WRONG.find(({ is }) => is(finding));
        if (wrong) met.add(wrong.reason);
        else missing.push(`${Type[finding.type]} ${finding.value ?? ''} in ${policy}`);
      }
    }
  }
  expect(missing).toEqual([]);
  expect(shared).toBeGreaterThan(200);
  // An exception that no policy meets any more is to go.
  expect([...met].toSorted()).toEqual(WRONG.map(({ reason }) => reason).toSorted());
});

test.each([
  ["script-src 'strict-dynamic'; object-src 'none'", 'strict-dynamic-alone'],
  ["script-src 'sha256-abc'; object-src 'none'", 'bad-hash'],
  ["script-src 'none' https://a.example; object-src 'none'", 'none-with-others'],
  ["script-src 'self' filesystem:; object-src 'none'", 'content-as-script'],
  ["script-src https://*:*; object-src 'none'", 'any-host'],
  ["script-src 'nonce-aaaaaaaaaaaaaaaaaaaaaa'; object-src 'none'; base-uri 'none'", 'static-nonce'],
  ["script-src 'self'; script-src 'none'; object-src 'none'", 'duplicate'],
])('what that evaluator does not know is found here: %s', (policy, id) => {
  expect(findingsOf(policy).filter(isCertain)).toEqual([]);
  expect(adviseOnPolicy(policy).map((one) => one.id)).toContain(id);
});

test('every host that the evaluator knows a way around is known here, too', () => {
  const hosts = [...ANGULAR_URLS, ...JSONP_URLS].map((url) => new URL(`https:${url}`).hostname);
  expect(hosts.length).toBeGreaterThan(150);
  const unknown = hosts.filter((host) => {
    const words = NEEDS_EVAL.includes(host) ? "'unsafe-eval'" : '';
    return !adviseOnPolicy(`script-src https://${host} ${words}`).some(({ id }) => id === 'bypass');
  });
  expect(unknown).toEqual([]);
});
