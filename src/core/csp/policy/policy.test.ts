import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPolicy } from '#testing/csp/policy-samples.ts';
import { decidingDirective, FETCH_DIRECTIVES, fallbacksOf } from './fallback.ts';
import {
  parsePolicies,
  parsePolicy,
  serializePolicies,
  serializePolicy,
  withDirective,
  withoutDirective,
} from './policy.ts';
import { parseSource } from './source.ts';

describe('a policy', () => {
  test('is read with names in lower case and values as they were written', () => {
    expect(parsePolicy("  Default-SRC\t'SELF'\n https://A.example/X ;;img-src; ").directives).toEqual([
      { name: 'default-src', values: ["'SELF'", 'https://A.example/X'] },
      { name: 'img-src', values: [] },
    ]);
  });

  test('keeps the first of two directives, and what nobody knows', () => {
    const policy = parsePolicy("img-src a.example; made-up x 'y'; IMG-SRC b.example");
    expect(serializePolicy(policy)).toBe("img-src a.example; made-up x 'y'");
    expect(policy.ignored).toEqual([{ name: 'img-src', values: ['b.example'], reason: 'duplicate' }]);
  });

  test('leaves out what is not ASCII', () => {
    const policy = parsePolicy('img-src ‘self’; font-src a.example');
    expect(serializePolicy(policy)).toBe('font-src a.example');
    expect(policy.ignored).toMatchObject([{ name: 'img-src', reason: 'not-ascii' }]);
  });

  test('ends at a comma, and one without directives is none', () => {
    expect(parsePolicies("img-src 'self', , ; , font-src a.example").map(serializePolicy)).toEqual([
      "img-src 'self'",
      'font-src a.example',
    ]);
    expect(parsePolicies('')).toEqual([]);
  });

  test('gets a directive in its place, or at the end', () => {
    const policy = parsePolicy('img-src a.example; font-src b.example');
    const put = (name: string) => serializePolicy(withDirective(policy, { name, values: ['c.example'] }));
    expect(put('img-src')).toBe('img-src c.example; font-src b.example');
    expect(put('media-src')).toBe('img-src a.example; font-src b.example; media-src c.example');
    expect(serializePolicy(withoutDirective(policy, 'img-src'))).toBe('font-src b.example');
  });

  test('is the same when what was read is written and read again', () => {
    fc.assert(
      fc.property(fc.oneof(anyPolicy, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const written = serializePolicies(parsePolicies(text));
        expect(serializePolicies(parsePolicies(written))).toBe(written);
        expect(parsePolicies(written).flatMap(({ ignored }) => ignored)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what decides', () => {
  test.each([
    ['script-src-elem', ['script-src-elem', 'script-src', 'default-src']],
    ['script-src-attr', ['script-src-attr', 'script-src', 'default-src']],
    ['style-src-elem', ['style-src-elem', 'style-src', 'default-src']],
    ['worker-src', ['worker-src', 'child-src', 'script-src', 'default-src']],
    ['frame-src', ['frame-src', 'child-src', 'default-src']],
    ['img-src', ['img-src', 'default-src']],
    ['base-uri', ['base-uri']],
    ['frame-ancestors', ['frame-ancestors']],
    ['constructor', ['constructor']],
  ])('about %s is one of %j, the first that the policy has', (directive, chain) => {
    expect(fallbacksOf(directive)).toEqual(chain);
    for (const [index] of chain.entries()) {
      const policy = parsePolicy(chain.slice(index).toReversed().join(';'));
      expect(decidingDirective(policy, directive)?.name).toBe(chain[index]);
    }
    expect(decidingDirective(parsePolicy('made-up x'), directive)).toBeNull();
  });

  test('is never a directive that stands for another thing', () => {
    for (const directive of FETCH_DIRECTIVES) {
      expect(fallbacksOf(directive)[0]).toBe(directive);
      expect(fallbacksOf(directive).at(-1)).toBe('default-src');
    }
  });
});

test.each([
  ["'NONE'", { kind: 'none' }],
  ["'Self'", { kind: 'keyword', keyword: 'self' }],
  ["'wasm-unsafe-eval'", { kind: 'keyword', keyword: 'wasm-unsafe-eval' }],
  ["'made-up'", { kind: 'unknown' }],
  ["'self", { kind: 'unknown' }],
  ["'nonce-AbC+/='", { kind: 'nonce', nonce: 'AbC+/=' }],
  ["'NONCE-[redacted]'", { kind: 'nonce', nonce: '[redacted]' }],
  ["'nonce-'", { kind: 'unknown' }],
  ["'SHA256-abc='", { kind: 'hash', algorithm: 'sha256', value: 'abc=' }],
  ["'sha1-abc='", { kind: 'unknown' }],
  ['*', { kind: 'star' }],
  ['HTTPS:', { kind: 'scheme', scheme: 'https' }],
  ['custom+scheme-1.0:', { kind: 'scheme', scheme: 'custom+scheme-1.0' }],
  ['A.example', { kind: 'host', scheme: null, host: 'a.example', port: null, path: '' }],
  ['*.a.example:*', { kind: 'host', scheme: null, host: '*.a.example', port: '*', path: '' }],
  ['https://*', { kind: 'host', scheme: 'https', host: '*', port: null, path: '' }],
  ['*:8443', { kind: 'host', scheme: null, host: '*', port: '8443', path: '' }],
  ['wss://a.example:444/X/', { kind: 'host', scheme: 'wss', host: 'a.example', port: '444', path: '/X/' }],
  ['localhost:3000', { kind: 'host', scheme: null, host: 'localhost', port: '3000', path: '' }],
  ['a.*.example', { kind: 'unknown' }],
  ['**.example', { kind: 'unknown' }],
  ['//a.example', { kind: 'unknown' }],
  ['https:a.example', { kind: 'unknown' }],
  ['*://a.example', { kind: 'unknown' }],
  ['https//a.example', { kind: 'host', scheme: null, host: 'https', port: null, path: '//a.example' }],
  ['a_b.example', { kind: 'unknown' }],
  ['https://a.example:0443/x?y#z', { kind: 'host', scheme: 'https', host: 'a.example', port: '443', path: '/x' }],
  ['a.example?y', { kind: 'unknown' }],
  ['https://a.example#y', { kind: 'unknown' }],
  ["'sha-384-abcd'", { kind: 'hash', algorithm: 'sha384', value: 'abcd' }],
  ["'sha256-{hash}'", { kind: 'hash', algorithm: 'sha256', value: '{hash}' }],
  ["'sha256-abcde'", { kind: 'unknown' }],
  ["'sha256-abcd='", { kind: 'unknown' }],
  ["'nonce-a!b'", { kind: 'unknown' }],
  ['[::1]', { kind: 'unknown' }],
  ['', { kind: 'unknown' }],
])('the source %s is read as %j', (text, expected) => {
  expect(parseSource(text)).toEqual({ text, ...expected });
});
