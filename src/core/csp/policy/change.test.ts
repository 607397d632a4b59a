import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPolicy, anyViolation, violationOf } from '#testing/csp/policy-samples.ts';
import { type ChangeSubject, policyChangeFor } from './change.ts';
import { matchPolicies } from './match.ts';
import { parsePolicy } from './policy.ts';

const host = (directive: string, blocked: string, more: Partial<ChangeSubject> = {}) =>
  violationOf({ directive, blocked_kind: 'host', blocked, ...more });
const code = (
  directive: string,
  kind: 'inline' | 'eval' | 'wasm-eval' | 'trusted-types',
  sample: string | null = null,
) => violationOf({ directive, blocked_kind: kind, blocked: kind, sample });
const scheme = (directive: string, blocked: string | null) =>
  violationOf({ directive, blocked_kind: 'scheme', blocked });

const CDN = 'https://cdn.example.com/a.js';

describe('the smallest change', () => {
  test.each([
    [
      'adds a host with its scheme',
      host('script-src-elem', CDN),
      "script-src 'self'",
      "script-src 'self' https://cdn.example.com",
    ],
    [
      'adds a port that is not the scheme’s',
      host('img-src', 'https://a.example:8443/'),
      'img-src b.example',
      'img-src b.example https://a.example:8443',
    ],
    [
      'names the page’s own host as such',
      host('img-src', 'https://shop.example/x.png'),
      'img-src b.example',
      "img-src b.example 'self'",
    ],
    ['takes none away', host('img-src', CDN), "img-src 'NONE'", 'img-src https://cdn.example.com'],
    [
      'opens one thing when default-src decides',
      host('img-src', CDN),
      "default-src 'self' 'nonce-x' 'unsafe-inline' b.example",
      "default-src 'self' 'nonce-x' 'unsafe-inline' b.example; img-src 'self' b.example https://cdn.example.com",
    ],
    [
      'keeps what scripts had of default-src',
      code('script-src', 'eval'),
      "default-src 'self' 'nonce-x'",
      "default-src 'self' 'nonce-x'; script-src 'self' 'nonce-x' 'unsafe-eval'",
    ],
    [
      'gives workers a list of their own',
      scheme('worker-src', 'blob'),
      "script-src 'self' 'nonce-x'",
      "script-src 'self' 'nonce-x'; worker-src 'self' blob:",
    ],
    [
      'gives frames a list of their own',
      host('frame-src', 'https://www.youtube.com/embed/x'),
      "child-src 'self'",
      "child-src 'self'; frame-src 'self' https://www.youtube.com",
    ],
    [
      'adds a WebSocket by its scheme',
      host('connect-src', 'wss://live.example.org/socket'),
      "connect-src 'self'",
      "connect-src 'self' wss://live.example.org",
    ],
    ['adds a scheme', scheme('img-src', 'data'), "img-src 'self'", "img-src 'self' data:"],
    [
      'takes a frame of an unknown address for data:',
      violationOf({ directive: 'frame-src', blocked_kind: null, blocked: null }),
      "frame-src 'self'",
      "frame-src 'self' data:",
    ],
    [
      'asks for a nonce for inline scripts',
      code('script-src-elem', 'inline'),
      "script-src 'self'",
      "script-src 'self' 'nonce-{random}'",
    ],
    [
      'lets attributes restyle, and elements not',
      code('style-src-attr', 'inline'),
      "style-src 'self' 'report-sample'",
      "style-src 'self' 'report-sample'; style-src-attr 'report-sample' 'unsafe-inline'",
    ],
    [
      'asks for the hash of a handler',
      code('script-src-attr', 'inline'),
      "script-src 'self'",
      "script-src 'self'; script-src-attr 'unsafe-hashes' 'sha256-{hash}'",
    ],
    [
      'lets WebAssembly run alone',
      code('script-src', 'wasm-eval'),
      "script-src 'self'",
      "script-src 'self' 'wasm-unsafe-eval'",
    ],
    [
      'names a Trusted Types policy',
      code('trusted-types', 'trusted-types', 'app#html'),
      "trusted-types 'none'",
      'trusted-types app#html',
    ],
    [
      'allows a second policy of a listed name',
      code('trusted-types', 'trusted-types', 'app'),
      'trusted-types app',
      "trusted-types app 'allow-duplicates'",
    ],
    [
      'lets nobody but that site frame the page',
      host('frame-ancestors', 'https://partner.example.org/'),
      "frame-ancestors 'self'",
      "frame-ancestors 'self' https://partner.example.org",
    ],
    [
      'is made in each policy that blocks',
      host('img-src', CDN),
      "img-src 'self', font-src 'self', default-src 'none'",
      "img-src 'self' https://cdn.example.com, font-src 'self', default-src 'none'; img-src https://cdn.example.com",
    ],
    [
      'names a wildcard above a host that no source can name',
      host('img-src', 'https://my_cdn.example.com/a.png'),
      "img-src 'self'",
      "img-src 'self' https://*.example.com",
    ],
    [
      'names the scheme of a host with an underscore that no wildcard is safe for',
      host('img-src', 'https://my_cdn.example/a.png'),
      "img-src 'self'",
      "img-src 'self' https:",
    ],
    [
      'goes to script-src for elements',
      host('script-src-elem', CDN),
      "default-src 'none'",
      "default-src 'none'; script-src https://cdn.example.com",
    ],
    [
      'goes to the most specific list there is',
      host('script-src-elem', CDN),
      "script-src 'self'; script-src-elem 'self'",
      "script-src 'self'; script-src-elem 'self' https://cdn.example.com",
    ],
    [
      'replaces hosts that strict-dynamic ignores',
      host('script-src-elem', CDN),
      "script-src 'strict-dynamic' 'self'",
      "script-src 'strict-dynamic' 'self' 'nonce-{random}'",
    ],
  ])('%s', (_, violation, policy, changed) => {
    expect(policyChangeFor(violation, policy)).toMatchObject({ advice: 'change', policy: changed });
  });
});

describe('no change', () => {
  test('is needed for what is allowed', () => {
    for (const policy of ['', "font-src 'self'", 'script-src https:'])
      expect(policyChangeFor(host('script-src-elem', CDN), policy)).toMatchObject({ advice: 'none', add: [], policy });
  });

  test('is made for noise, whose reason is told', () => {
    const change = policyChangeFor(
      { ...scheme('script-src-elem', 'chrome-extension'), noise: 'browser-extension', noise_reason: 'An extension.' },
      "script-src 'self'",
    );
    expect(change).toMatchObject({ advice: 'refuse', policy: "script-src 'self'", add: [], alternatives: [] });
    expect(change.risk).toEqual({ level: 'high', words: 'Don’t allow this. An extension.' });
  });

  test.each([
    [code('script-src-elem', 'inline'), "script-src 'nonce-[redacted]'"],
    [host('script-src-elem', CDN), "script-src 'nonce-x' 'strict-dynamic'"],
    [host('style-src-elem', CDN), "style-src 'nonce-x'"],
  ])('is needed where the page can use its nonce: %j under %s', (violation, policy) => {
    const change = policyChangeFor(violation, policy);
    expect(change).toMatchObject({ advice: 'page', policy, add: [], risk: { level: 'low' } });
    expect(change.risk.words).toContain('nonce');
  });

  test('is proposed where a report tells nothing', () => {
    expect(
      policyChangeFor(violationOf({ directive: 'img-src', blocked_kind: 'host', blocked: null }), "img-src 'self'"),
    ).toMatchObject({ advice: 'unclear' });
  });
});

describe('the risk', () => {
  const SELF = "default-src 'self'";
  test.each([
    [scheme('img-src', 'data'), 'low', /can’t run code/],
    [scheme('script-src-elem', 'data'), 'high', /no longer protects/],
    [code('script-src', 'eval'), 'high', /eval/],
    [code('script-src', 'wasm-eval'), 'low', /WebAssembly/],
    [host('script-src-elem', CDN), 'medium', /controls this host/],
    [host('script-src-elem', 'https://cdn.jsdelivr.net/npm/x.js'), 'high', /cdn\.jsdelivr\.net serves any package/],
    [host('script-src-elem', 'https://accounts.google.com/o/x'), 'high', /JSONP/],
    [host('script-src-elem', 'http://cdn.example.com/a.js'), 'high', /TLS/],
    [host('img-src', 'https://cdn.jsdelivr.net/x.png'), 'low', /can’t run code/],
    [host('font-src', 'https://fonts.gstatic.com/x.woff2'), 'low', /can’t run code/],
    [host('object-src', CDN), 'high', /object-src 'none'/],
    [host('img-src', 'https://shop.example/x'), 'low', /own site/],
  ])('of %j is %s', (violation, level, words) => {
    expect(policyChangeFor(violation, `${SELF}; img-src b.example`).risk).toMatchObject({
      level,
      words: expect.stringMatching(words),
    });
  });

  test.each([
    [host('base-uri', 'https://evil.example/'), "base-uri 'self'", 'high'],
    [host('form-action', 'https://pay.example.com/'), "form-action 'self'", 'medium'],
    [
      code('require-trusted-types-for', 'trusted-types', 'Element innerHTML|x'),
      "require-trusted-types-for 'script'",
      'high',
    ],
  ])('of %j under %s is %s', (violation, policy, level) => {
    expect(policyChangeFor(violation, policy).risk.level).toBe(level);
  });
});

describe('other ways', () => {
  const added = (violation: ChangeSubject, policy: string) =>
    policyChangeFor(violation, policy).alternatives.map(({ add, risk }) => [add.join(' '), risk.level]);

  test('to allow a script’s host: its file alone, or a nonce', () => {
    expect(added(host('script-src-elem', CDN), "script-src 'self'")).toEqual([
      ['https://cdn.example.com/a.js', 'medium'],
      ["'nonce-{random}'", 'low'],
    ]);
  });

  test('to allow inline code: a hash, and last of all everything', () => {
    expect(added(code('script-src-elem', 'inline'), "script-src 'self'")).toEqual([
      ["'sha256-{hash}'", 'low'],
      ["'unsafe-inline'", 'high'],
    ]);
  });

  test('to allow code that the report shows whole: its hash, as the browser would name it', () => {
    const handler = { ...code('script-src-attr', 'inline'), sample: 'go()' };
    expect(added(handler, "script-src 'self'")).toEqual([["'unsafe-inline'", 'high']]);
    expect(policyChangeFor(handler, "script-src 'self'").add).toEqual([
      "'unsafe-hashes'",
      "'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='",
    ]);
    for (const sample of ['x'.repeat(40), 'cut off…', 'token = "[redacted]"'])
      expect(policyChangeFor({ ...handler, sample }, "script-src 'self'").add).toContain("'sha256-{hash}'");
  });

  test('do not offer what browsers would ignore', () => {
    expect(added(code('script-src-elem', 'inline'), "script-src 'nonce-x'")).toEqual([["'sha256-{hash}'", 'low']]);
    expect(added(host('script-src-elem', CDN), "script-src 'nonce-x' 'strict-dynamic'")).toEqual([]);
  });

  test('do not name a file whose path was redacted', () => {
    expect(added(host('script-src-elem', 'https://a.example/[redacted]/x.js'), "script-src 'self'")).toEqual([
      ["'nonce-{random}'", 'low'],
    ]);
  });
});

describe('for any policy and any violation', () => {
  test('a change lets the violation through, or leaves it to the page', () => {
    fc.assert(
      fc.property(anyPolicy, anyViolation, (policy, violation) => {
        const change = policyChangeFor(violation, policy);
        expect(change.advice).not.toBe('unclear');
        for (const { policy: changed } of change.advice === 'change'
          ? [change, ...change.alternatives]
          : change.alternatives)
          expect(matchPolicies(changed, violation).verdict, changed).not.toBe('blocked');
      }),
      { numRuns: 2_000 },
    );
  });

  test('a change blocks nothing that was allowed', () => {
    fc.assert(
      fc.property(anyPolicy, anyViolation, anyViolation, (policy, violation, other) => {
        fc.pre(matchPolicies(policy, other).verdict === 'allowed');
        const change = policyChangeFor(violation, policy);
        expect(matchPolicies(change.policy, other).verdict, change.policy).toBe('allowed');
      }),
      { numRuns: 2_000 },
    );
  });

  test('allowing a host opens no other host, and no other directive but workers, which fall back to script-src', () => {
    const family = ({ directive }: ChangeSubject) =>
      directive === 'worker-src' ? 'script-src' : directive.replace(/-(elem|attr)$/, '');
    fc.assert(
      fc.property(anyPolicy, anyViolation, anyViolation, (policy, violation, other) => {
        const change = policyChangeFor(violation, policy);
        fc.pre(violation.blocked_kind === 'host' && change.advice === 'change');
        fc.pre(other.blocked_host !== violation.blocked_host || family(other) !== family(violation));
        fc.pre(matchPolicies(policy, other).verdict === 'blocked');
        expect(matchPolicies(change.policy, other).verdict, change.policy).not.toBe('allowed');
      }),
      { numRuns: 2_000 },
    );
  });
});

test('nothing is proposed for a frame whose site no report tells', () => {
  const framed = host('frame-ancestors', 'https://shop.example/');
  expect(policyChangeFor(framed, "frame-ancestors 'self'")).toMatchObject({
    advice: 'unclear',
    policy: "frame-ancestors 'self'",
    risk: { words: expect.stringContaining('don’t report which site') },
  });
  expect(policyChangeFor(framed, "frame-ancestors 'none'")).toMatchObject({ advice: 'unclear' });
});

test('nothing is proposed for a redirect, whose end no report tells', () => {
  const text = "img-src 'self' https://cdn.example.com";
  const image = host('img-src', 'https://cdn.example.com/a.png', { violated: parsePolicy(text) });
  expect(policyChangeFor(image, text)).toMatchObject({
    advice: 'unclear',
    policy: text,
    risk: { words: expect.stringContaining('redirected') },
  });
  expect(policyChangeFor(image, "img-src 'self'")).toMatchObject({ advice: 'change' });
});
