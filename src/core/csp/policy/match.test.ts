import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPolicy, anyViolation, violationOf } from '#testing/csp/policy-samples.ts';
import { matchPolicies } from './match.ts';
import { parsePolicies, parsePolicy, serializePolicy } from './policy.ts';

const connect = (blocked: string, document: string | null = 'https://shop.example/cart') =>
  violationOf({ directive: 'connect-src', blocked_kind: 'host', blocked, document });
const verdict = (policy: string, violation: Parameters<typeof matchPolicies>[1]) => {
  const { verdict, by, directive } = matchPolicies(policy, violation);
  return [verdict, directive, by].filter((part) => part !== null).join(' ');
};

/** What Chromium 156 lets through of these from a page of https://shop.example, under `connect-src` and one expression. */
const ASKED = [
  'http://a.example/x',
  'https://a.example/x',
  'wss://a.example/x',
  'https://a.example:8443/x',
  'http://a.example:8080/x',
  'https://b.a.example/x',
  'https://127.0.0.1:444/x',
  'https://a.example/dir',
  'https://a.example/dir/',
  'https://a.example/di%72/f',
  'https://shop.example/y',
  'http://shop.example/y',
  'wss://shop.example/y',
  'https://shop.example:8443/y',
  'data:text/plain,x',
  'blob:https://shop.example/0e1c6f6e-5d1a-4f0e-9d8e-1f6a7c0e4b21',
];
const OF_A = ['https://a.example/x', 'https://a.example/dir', 'https://a.example/dir/', 'https://a.example/di%72/f'];
const SECURE = [
  ...OF_A,
  'https://a.example:8443/x',
  'https://b.a.example/x',
  'https://127.0.0.1:444/x',
  'https://shop.example/y',
  'https://shop.example:8443/y',
];
const PLAIN = ['http://a.example/x', 'http://a.example:8080/x', 'http://shop.example/y'];
const SOCKETS = ['wss://a.example/x', 'wss://shop.example/y'];

describe('Chromium and this agree that from a page over TLS', () => {
  test.each<[string, string[]]>([
    ['*', [...SECURE, ...PLAIN, ...SOCKETS]],
    ["'none'", []],
    ["'self'", ['https://shop.example/y', 'wss://shop.example/y']],
    ["'SELF'", ['https://shop.example/y', 'wss://shop.example/y']],
    ['a.example', OF_A],
    ['http://a.example', ['http://a.example/x', ...OF_A]],
    ['https://a.example', OF_A],
    ['HTTPS://A.EXAMPLE', OF_A],
    ['ws://a.example', ['wss://a.example/x']],
    ['wss://a.example', ['wss://a.example/x']],
    ['http:', [...SECURE, ...PLAIN]],
    ['https:', SECURE],
    ['wss:', SOCKETS],
    ['ws:', SOCKETS],
    ['a.example:80', []],
    ['http://a.example:80', ['http://a.example/x', ...OF_A]],
    ['https://a.example:80', []],
    ['ws://a.example:80', ['wss://a.example/x']],
    ['a.example:*', [...OF_A, 'https://a.example:8443/x']],
    ['http://a.example:8080', ['http://a.example:8080/x']],
    ['*.a.example', ['https://b.a.example/x']],
    ['https://*', [...OF_A, 'https://b.a.example/x', 'https://shop.example/y']],
    ['*:8443', ['https://a.example:8443/x', 'https://shop.example:8443/y']],
    ['a.example/dir/', ['https://a.example/dir/', 'https://a.example/di%72/f']],
    ['a.example/dir', ['https://a.example/dir']],
    ['a.example/', OF_A],
    ['127.0.0.1:*', ['https://127.0.0.1:444/x']],
    ['data:', ['data:text/plain,x']],
    ['blob:', ['blob:https://shop.example/0e1c6f6e-5d1a-4f0e-9d8e-1f6a7c0e4b21']],
    ['//a.example', []],
    ['https:a.example', []],
    ['*://a.example', []],
  ])('connect-src %s lets %j through', (expression, through) => {
    const allowed = ASKED.filter(
      (url) =>
        verdict(`connect-src ${expression}`, {
          ...connect(url),
          blocked_kind: /^(data|blob):/.test(url) ? 'scheme' : 'host',
        }) === `allowed connect-src ${expression}`,
    );
    expect(allowed.toSorted()).toEqual(through.toSorted());
  });
});

describe('the page matters', () => {
  test.each([
    ["'self'", 'https://shop.example/y', 'http://shop.example/', 'allowed'],
    ["'self'", 'ws://shop.example/y', 'http://shop.example/', 'allowed'],
    ["'self'", 'wss://shop.example/y', 'http://shop.example/', 'allowed'],
    ["'self'", 'https://shop.example/y', 'https://shop.example:8443/', 'blocked'],
    ["'self'", 'https://shop.example:8443/y', 'https://shop.example:8443/', 'allowed'],
    ["'self'", 'https://shop.example/y', null, 'unknown'],
    ['a.example', 'http://a.example/x', 'http://shop.example/', 'allowed'],
    ['a.example', 'https://a.example/x', 'http://shop.example/', 'allowed'],
    ['a.example', 'https://a.example/x', null, 'unknown'],
    ['a.example:8443', 'https://a.example:8443/x', 'http://shop.example/', 'unknown'],
    ['*', 'custom://a/x', 'custom://shop/', 'allowed'],
  ])('connect-src %s and %s on %s: %s', (expression, blocked, document, expected) => {
    expect(matchPolicies(`connect-src ${expression}`, connect(blocked, document)).verdict).toBe(expected);
  });
});

describe('what a report does not tell stays open', () => {
  test.each([
    ['a.example/dir/', 'https://a.example', 'unknown'],
    ['a.example/dir/x.js', 'https://a.example/[redacted]/x.js', 'unknown'],
    ['a.example/lib/x.js', 'https://a.example/[redacted]/y.js', 'blocked'],
    ['a.example/a/b/c/', 'https://a.example/a/b…', 'unknown'],
    ['192.0.2.1', 'https://192.0.2.1/x', 'allowed'],
  ])('connect-src %s and %s: %s', (expression, blocked, expected) => {
    expect(matchPolicies(`connect-src ${expression}`, connect(blocked)).verdict).toBe(expected);
  });

  test('such as what was blocked at all', () => {
    const untold = violationOf({ directive: 'frame-src', blocked_kind: null, blocked: null });
    expect(matchPolicies("frame-src 'none'", untold).verdict).toBe('blocked');
    expect(matchPolicies("frame-src 'self'", untold)).toMatchObject({ verdict: 'unknown', by: null });
  });
});

describe('old and short forms of what was blocked', () => {
  test.each([
    ['self', "'self'", 'allowed'],
    ['evil.example', 'https://evil.example', 'allowed'],
    ['localhost:3000', 'localhost:3000', 'allowed'],
    ['data', 'data:', 'allowed'],
    ['data', '*', 'blocked'],
  ])('%s under %s: %s', (blocked, expression, expected) => {
    expect(
      matchPolicies(`img-src ${expression}`, violationOf({ directive: 'img-src', blocked_kind: 'host', blocked }))
        .verdict,
    ).toBe(expected);
  });
});

const inline = (directive: string) => violationOf({ directive, blocked_kind: 'inline', blocked: 'inline' });
const SCRIPT = inline('script-src-elem');
const HANDLER = inline('script-src-attr');
const STYLE = inline('style-src-elem');
const STYLE_ATTRIBUTE = inline('style-src-attr');

describe('inline code', () => {
  test.each([
    [SCRIPT, "'unsafe-inline'", "allowed script-src 'unsafe-inline'"],
    [SCRIPT, "'self'", 'blocked script-src'],
    [SCRIPT, "'unsafe-inline' 'nonce-x'", "unknown script-src 'nonce-x'"],
    [SCRIPT, "'unsafe-inline' 'sha256-abcd'", "unknown script-src 'sha256-abcd'"],
    [SCRIPT, "'unsafe-inline' 'strict-dynamic'", "unknown script-src 'strict-dynamic'"],
    [SCRIPT, "'unsafe-inline' 'nonce-a!b'", "allowed script-src 'unsafe-inline'"],
    [HANDLER, "'unsafe-inline' 'strict-dynamic'", 'blocked script-src'],
    [HANDLER, "'unsafe-inline'", "allowed script-src 'unsafe-inline'"],
    [HANDLER, "'nonce-x'", 'blocked script-src'],
    [HANDLER, "'sha256-abcd'", 'blocked script-src'],
    [HANDLER, "'sha256-abcd' 'unsafe-hashes'", "unknown script-src 'sha256-abcd'"],
  ])('%# under script-src %s', (violation, sources, expected) => {
    expect(verdict(`script-src ${sources}`, violation)).toBe(expected);
  });

  test('of a style under strict-dynamic in default-src is what browsers differ about', () => {
    expect(verdict("default-src 'unsafe-inline' 'strict-dynamic'", STYLE)).toBe("unknown default-src 'unsafe-inline'");
  });

  test.each([
    [STYLE, "'unsafe-inline' 'strict-dynamic'", "allowed style-src 'unsafe-inline'"],
    [STYLE, "'unsafe-inline' 'nonce-x'", "unknown style-src 'nonce-x'"],
    [STYLE_ATTRIBUTE, "'unsafe-inline'", "allowed style-src 'unsafe-inline'"],
    [STYLE_ATTRIBUTE, "'nonce-x' 'unsafe-inline'", 'blocked style-src'],
  ])('%# under style-src %s', (violation, sources, expected) => {
    expect(verdict(`style-src ${sources}`, violation)).toBe(expected);
  });
});

describe('scripts with an address', () => {
  const script = violationOf({
    directive: 'script-src-elem',
    blocked_kind: 'host',
    blocked: 'https://cdn.example.com/a.js',
  });
  const worker = violationOf({
    directive: 'worker-src',
    blocked_kind: 'host',
    blocked: 'https://cdn.example.com/w.js',
  });
  test.each([
    [script, "script-src 'nonce-x'", "unknown script-src 'nonce-x'"],
    [script, "script-src 'nonce-x' https:", 'allowed script-src https:'],
    [script, "script-src 'sha256-abcd'", "unknown script-src 'sha256-abcd'"],
    [script, "script-src 'nonce-x' 'strict-dynamic' https:", "unknown script-src 'strict-dynamic'"],
    [script, "default-src 'strict-dynamic' 'nonce-x' https:", "unknown default-src 'strict-dynamic'"],
    [worker, "worker-src 'strict-dynamic'; script-src 'none'", "allowed worker-src 'strict-dynamic'"],
    [worker, "script-src 'nonce-x'", 'blocked script-src'],
    [worker, "script-src 'strict-dynamic' https:", "allowed script-src 'strict-dynamic'"],
    [worker, "worker-src https:; script-src 'none'", 'allowed worker-src https:'],
    [worker, "child-src https:; script-src 'none'", 'allowed child-src https:'],
  ])('%# under %s', (violation, policy, expected) => {
    expect(verdict(policy, violation)).toBe(expected);
  });

  test('are told apart from images, which strict-dynamic does not change', () => {
    const image = violationOf({ directive: 'img-src', blocked_kind: 'host', blocked: 'https://cdn.example.com/a.png' });
    expect(verdict("default-src 'strict-dynamic' 'nonce-x' https:", image)).toBe('allowed default-src https:');
    expect(verdict("default-src 'strict-dynamic' 'nonce-x'", image)).toBe('blocked default-src');
  });
});

describe('code from strings, WebAssembly and Trusted Types', () => {
  const code = (directive: string, kind: 'eval' | 'wasm-eval' | 'trusted-types', sample: string | null = null) =>
    violationOf({ directive, blocked_kind: kind, blocked: kind, sample });
  test.each([
    [code('script-src', 'eval'), "script-src 'unsafe-eval'", "allowed script-src 'unsafe-eval'"],
    [code('script-src', 'eval'), "script-src 'wasm-unsafe-eval'", 'blocked script-src'],
    [code('script-src', 'eval'), "script-src 'trusted-types-eval'", "unknown script-src 'trusted-types-eval'"],
    [code('script-src', 'eval'), "script-src-elem 'none'", 'allowed'],
    [code('default-src', 'eval'), "script-src 'unsafe-eval'; default-src 'none'", "allowed script-src 'unsafe-eval'"],
    [code('script-src', 'wasm-eval'), "default-src 'wasm-unsafe-eval'", "allowed default-src 'wasm-unsafe-eval'"],
    [code('script-src', 'wasm-eval'), "script-src 'unsafe-eval'", "allowed script-src 'unsafe-eval'"],
    [code('script-src', 'wasm-eval'), "script-src 'self'", 'blocked script-src'],
    [
      code('require-trusted-types-for', 'trusted-types'),
      "require-trusted-types-for 'script'",
      'blocked require-trusted-types-for',
    ],
    [code('require-trusted-types-for', 'trusted-types'), "default-src 'none'", 'allowed'],
    [code('trusted-types', 'trusted-types', 'app'), "trusted-types 'none'", 'blocked trusted-types'],
    [code('trusted-types', 'trusted-types', 'app'), 'trusted-types app', 'unknown trusted-types app'],
    [
      code('trusted-types', 'trusted-types', 'app'),
      "trusted-types app 'allow-duplicates'",
      'allowed trusted-types app',
    ],
    [code('trusted-types', 'trusted-types'), 'trusted-types app', 'unknown trusted-types'],
  ])('%# under %s: %s', (violation, policy, expected) => {
    expect(verdict(policy, violation)).toBe(expected);
  });
});

describe('a header', () => {
  const image = violationOf({ directive: 'img-src', blocked_kind: 'host', blocked: 'https://a.example/x.png' });

  test('of several policies allows what all of them allow', () => {
    expect(verdict('img-src *, img-src a.example', image)).toBe('allowed img-src *');
    expect(verdict("img-src *, img-src 'self', img-src 'none'", image)).toBe('blocked img-src');
    expect(verdict('img-src *, img-src a.example/y/', { ...image, blocked: 'https://a.example' })).toBe(
      'unknown img-src a.example/y/',
    );
  });

  test('without a directive for it, or without a policy, allows everything', () => {
    expect(verdict("font-src 'none'", image)).toBe('allowed');
    expect(verdict('', image)).toBe('allowed');
  });

  test('with a directive that is no list still blocks what it blocked', () => {
    const mixed = violationOf({
      directive: 'block-all-mixed-content',
      blocked_kind: 'host',
      blocked: 'http://a.example/x',
    });
    expect(verdict('block-all-mixed-content', mixed)).toBe('blocked block-all-mixed-content');
  });
});

describe('who framed a page', () => {
  const framed = (blocked: string | null, blocked_kind: 'host' | null = 'host') =>
    violationOf({ directive: 'frame-ancestors', blocked_kind, blocked });

  test.each([
    ['https://shop.example/', 'host', "'self'", "unknown frame-ancestors 'self'"],
    ['https://shop.example/cart', 'host', "'self'", "unknown frame-ancestors 'self'"],
    ['https://shop.example', 'host', 'partner.example', 'unknown frame-ancestors partner.example'],
    [null, null, "'self'", "unknown frame-ancestors 'self'"],
    [null, null, "'none'", 'blocked frame-ancestors'],
    ['https://shop.example/', 'host', "'none'", 'blocked frame-ancestors'],
    ['https://shop.example/', 'host', '*', 'allowed frame-ancestors *'],
    ['https://shop.example/', 'host', 'shop.example/cart', 'blocked frame-ancestors'],
  ] as const)('is no report’s %s (%s): under %s it is %s', (blocked, kind, list, expected) => {
    expect(verdict(`frame-ancestors ${list}`, framed(blocked, kind))).toBe(expected);
  });

  test.each([
    ['partner.example', 'allowed frame-ancestors partner.example'],
    ["'self'", 'blocked frame-ancestors'],
    ['partner.example/embed', 'blocked frame-ancestors'],
  ])('may be told where the report names another site: under %s it is %s', (list, expected) => {
    expect(verdict(`frame-ancestors ${list}`, framed('https://partner.example/page'))).toBe(expected);
  });
});

describe('what a redirect led to is open', () => {
  const image = violationOf({ directive: 'img-src', blocked_kind: 'host', blocked: 'https://a.example/x.png' });
  const under = (policy: string) => ({ ...image, violated: parsePolicy(policy) });

  test.each([
    ['img-src a.example', 'img-src a.example', 'unknown img-src a.example'],
    ['img-src a.example', 'default-src https:', 'unknown default-src https:'],
    ['img-src a.example', 'img-src *', 'allowed img-src *'],
    ['img-src a.example', "img-src 'self'", 'blocked img-src'],
    ["img-src 'self'", 'img-src a.example', 'allowed img-src a.example'],
    ['img-src a.example/y/', 'img-src a.example', 'allowed img-src a.example'],
  ])('reported under %s, under %s it is %s', (violated, policy, expected) => {
    expect(verdict(policy, under(violated))).toBe(expected);
  });
});

describe('for any policy and any violation', () => {
  test('there is a verdict with words, and an expression only of the list that decides', () => {
    fc.assert(
      fc.property(anyPolicy, anyViolation, (policy, violation) => {
        const { verdict, by, directive, why } = matchPolicies(policy, violation);
        expect(why).toMatch(/\.$/);
        if (verdict === 'blocked') expect(by).toBeNull();
        if (by === null) return;
        const lists = parsePolicies(policy).map(({ directives }) => directives.find(({ name }) => name === directive));
        expect(lists.some((list) => list?.values.includes(by))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a second policy never allows more', () => {
    fc.assert(
      fc.property(anyPolicy, anyPolicy, anyViolation, (one, other, violation) => {
        fc.pre(matchPolicies(one, violation).verdict !== 'allowed');
        expect(matchPolicies(`${one}, ${other}`, violation).verdict).not.toBe('allowed');
      }),
      { numRuns: 2_000 },
    );
  });

  test('the order of the words does not change the verdict', () => {
    fc.assert(
      fc.property(anyPolicy, anyViolation, (text, violation) => {
        const turned = parsePolicies(text)
          .map(({ directives }) =>
            serializePolicy({ directives: directives.map((one) => ({ ...one, values: one.values.toReversed() })) }),
          )
          .join(', ');
        expect(matchPolicies(turned, violation).verdict).toBe(matchPolicies(text, violation).verdict);
      }),
      { numRuns: 2_000 },
    );
  });

  test('any texts of a report are taken', () => {
    const anyText = fc.oneof(fc.string(), fc.webUrl(), fc.constant(null));
    fc.assert(
      fc.property(anyPolicy, anyText, anyText, (policy, blocked, document) => {
        const violation = {
          directive: 'img-src',
          blocked_kind: 'host' as const,
          blocked,
          blocked_host: null,
          document,
        };
        expect(['allowed', 'blocked', 'unknown']).toContain(matchPolicies(policy, violation).verdict);
      }),
    );
  });
});
