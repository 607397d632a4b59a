import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPolicy } from '#testing/csp/policy-samples.ts';
import { adviseOnPolicy } from './advice.ts';
import { BYPASS_RULES } from './bypass.ts';

/** Nothing is missing here, so that what is found is about the words. */
const WHOLE =
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; report-uri /r; report-to csp";
const NONCE = "'nonce-q83vEjRWeJCrze8SNFZ4kA'";

const found = (policy: string) =>
  adviseOnPolicy(policy).map(({ severity, id, directive, value }) =>
    [severity, id, directive, value].filter((part) => part !== null).join(' '),
  );

test.each([
  `default-src 'self'; script-src ${NONCE} 'strict-dynamic' https: 'unsafe-inline'; ${WHOLE}`,
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https://img.example; connect-src 'self' wss://live.example; ${WHOLE}`,
  `default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'report-sample'; style-src-attr 'unsafe-inline'; worker-src blob:; require-trusted-types-for 'script'; trusted-types app; upgrade-insecure-requests; sandbox allow-scripts; ${WHOLE}`,
  `default-src 'self'; script-src 'self' 'nonce-[redacted]'; ${WHOLE}`,
])('there is nothing to say about %s', (policy) => {
  expect(found(policy)).toEqual([]);
});

describe('weak lists of scripts are found', () => {
  test.each([
    ["'self' 'unsafe-inline'", ["high unsafe-inline script-src 'unsafe-inline'"]],
    [`${NONCE} 'unsafe-inline'`, []],
    ["'self' 'unsafe-eval'", ["medium unsafe-eval script-src 'unsafe-eval'"]],
    ["'self' 'unsafe-hashes'", ["low unsafe-hashes script-src 'unsafe-hashes'"]],
    ['*', ['high any-host script-src *']],
    ['https:', ['high any-host script-src https:']],
    ['https://*', ['high any-host script-src https://*']],
    ['*.com', ['high any-host script-src *.com']],
    ['*.example.com', []],
    ['data:', ['high content-as-script script-src data:']],
    ['blob:', ['medium content-as-script script-src blob:']],
    ['https://cdn.jsdelivr.net', ['high bypass script-src https://cdn.jsdelivr.net']],
    ['*.google.com', ['high bypass script-src *.google.com']],
    ['https://*.cloudfront.net', ['high bypass script-src https://*.cloudfront.net']],
    ['https://d111abc.cloudfront.net', []],
    ['https://www.googletagmanager.com', []],
    [
      "https://www.googletagmanager.com 'unsafe-eval'",
      ['high bypass script-src https://www.googletagmanager.com', "medium unsafe-eval script-src 'unsafe-eval'"],
    ],
    [`${NONCE} 'strict-dynamic' * https://cdn.jsdelivr.net`, []],
    ["'strict-dynamic' 'self'", ["high strict-dynamic-alone script-src 'strict-dynamic'"]],
    ["'nonce-abcdefghijklmnopqrstuv'", ["high static-nonce script-src 'nonce-abcdefghijklmnopqrstuv'"]],
    ["'nonce-12121212121212121212121'", ["high static-nonce script-src 'nonce-12121212121212121212121'"]],
    ["'nonce-q83vEjRWeJ'", ["medium short-nonce script-src 'nonce-q83vEjRWeJ'"]],
    ["'nonce-{random}'", ["low placeholder script-src 'nonce-{random}'"]],
    ["'sha256-{hash}'", ["medium placeholder script-src 'sha256-{hash}'"]],
    ["'sha256-abc'", ["medium bad-hash script-src 'sha256-abc'"]],
    ["'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='", []],
  ])('script-src %s', (sources, expected) => {
    expect(found(`default-src 'self'; script-src ${sources}; ${WHOLE}`)).toEqual(expected);
  });

  test('in default-src when it decides about scripts', () => {
    expect(found(`default-src *; ${WHOLE}`)).toEqual(['high any-host default-src *']);
    expect(found(`default-src *; script-src 'self'; ${WHOLE}`)).toEqual([]);
  });

  test('in script-src-attr, where hosts do not matter', () => {
    expect(found(`default-src 'self'; script-src-attr 'unsafe-inline' *; ${WHOLE}`)).toEqual([
      "high unsafe-inline script-src-attr 'unsafe-inline'",
    ]);
  });
});

describe('words that browsers do not take as meant are found', () => {
  test.each([
    ['script-src self', ['high unquoted script-src self']],
    ['script-src "self"', ['high unquoted script-src "self"']],
    ['img-src nonce-abc', ['high unquoted img-src nonce-abc']],
    ["img-src 'self' script-src 'self'", ['high missing-semicolon img-src script-src']],
    ['img-src data', ['medium scheme-without-colon img-src data']],
    ["img-src 'none' a.example", ["medium none-with-others img-src 'none'"]],
    ["img-src 'slef'", ["medium unknown-source img-src 'slef'"]],
    ['img-src https//a.example', ['medium scheme-without-colon img-src https//a.example']],
    ['img-src https://a_b.example', ['medium underscore img-src https://a_b.example']],
    ['img-src https://[2001:db8::1]', ['medium unknown-source img-src https://[2001:db8::1]']],
    ['img-src a.example/x?y', ['low query img-src a.example/x?y']],
    ['img-src 192.0.2.1', ['medium ip-address img-src 192.0.2.1']],
    ['img-src 127.0.0.1:8080', []],
    ['img-src http://a.example', ['medium plain-http img-src http://a.example']],
    ['connect-src ws://a.example', ['medium plain-http connect-src ws://a.example']],
    ["imgs-src 'self'", ['high unknown-directive imgs-src']],
    ["script-scr 'self'", ['high unknown-directive script-scr']],
    ["script-src: 'self'", ['high unknown-directive script-src:']],
    ['something-new x', ['medium unknown-directive something-new']],
    ["img-src 'self'; img-src a.example", ['medium duplicate img-src']],
    ['img-src ‘self’', ['high not-ascii img-src']],
    ['block-all-mixed-content', ['low deprecated block-all-mixed-content']],
    ["style-src 'self' 'unsafe-inline'", ["low unsafe-inline-style style-src 'unsafe-inline'"]],
  ])('%s', (directives, expected) => {
    expect(found(`${directives}; default-src 'self'; ${WHOLE}`)).toEqual(expected);
  });

  test.each([
    ["script-scr 'self'", 'script-src'],
    ["img-src 'slef'", "'self'"],
    ['img-src self', "'self'"],
    ["img-src 'self' script-src", 'semicolon'],
  ])('and %s is told what was meant', (policy, fix) => {
    expect(
      adviseOnPolicy(policy)
        .map((one) => one.fix)
        .join(),
    ).toContain(fix);
  });
});

describe('what is missing is found', () => {
  test('in a policy of one line', () => {
    expect(found("img-src 'self'")).toEqual([
      'high no-script-src',
      'medium no-object-src',
      'medium no-base-uri',
      'medium no-report',
      'low no-form-action',
      'low no-frame-ancestors',
    ]);
  });

  test('unless another policy of the header has it', () => {
    expect(found(`default-src 'self', ${WHOLE}`)).toEqual([]);
  });

  test.each([
    ['report-uri /r', 'low report-uri-alone'],
    ['report-to csp', 'low report-to-alone'],
  ])('beside %s', (report, expected) => {
    expect(
      found(
        `default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; ${report}`,
      ),
    ).toEqual([expected]);
  });

  test('and a <meta> element is told what it cannot say', () => {
    const said = adviseOnPolicy(
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; report-uri /r; sandbox",
      'meta',
    );
    expect(said.map(({ id, directive }) => `${id} ${directive}`)).toEqual([
      'not-in-meta frame-ancestors',
      'not-in-meta report-uri',
      'not-in-meta sandbox',
    ]);
  });

  test('but not of no policy at all', () => {
    expect(adviseOnPolicy('')).toEqual([]);
    expect(adviseOnPolicy(' ; , ')).toEqual([]);
  });
});

test('every known host is found where scripts may come from it', () => {
  for (const { kind, hosts } of BYPASS_RULES) {
    for (const host of hosts) {
      expect(host).toMatch(/^[a-z0-9.-]+$/);
      const policy = `script-src https://${host} ${kind === 'gtm' ? "'unsafe-eval'" : ''}`;
      expect(found(policy)).toContain(`high bypass script-src https://${host}`);
    }
  }
});

test('any text is read, each warning once, with words that end', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyPolicy, fc.string(), fc.string({ unit: 'binary' })),
      fc.constantFrom('header' as const, 'meta' as const),
      (text, delivery) => {
        const said = adviseOnPolicy(text, delivery);
        expect(new Set(said.map(({ id, directive, value }) => `${id} ${directive} ${value}`)).size).toBe(said.length);
        for (const { words, fix } of said) {
          expect(words).not.toBe('');
          expect(fix).not.toBe('');
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
