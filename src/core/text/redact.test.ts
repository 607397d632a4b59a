import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactJson } from '#core/csp/report/record.ts';
import { redactNonces, redactText, redactUrl } from './redact.ts';
import { isTokenLike } from './secret-shape.ts';

describe('a URL', () => {
  test.each([
    ['https://a.example/cart?session=abc&empty=&flag', 'https://a.example/cart?session=[redacted]&empty=&[redacted]'],
    ['https://a.example/page#section', 'https://a.example/page#[redacted]'],
    ['https://ada:secret@a.example:8443/x', 'https://[redacted]@a.example:8443/x'],
    ['https://a.example/reset/3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c', 'https://a.example/reset/[redacted]'],
    ['https://a.example/invite/k7Qp2', 'https://a.example/invite/[redacted]'],
    ['https://a.example/p/eyJhbGciOi.eyJzdWIi.c2ln', 'https://a.example/p/[redacted]'],
    ['https://a.example/p/dGhpcy1p_cw-aB3xY9Qz', 'https://a.example/p/[redacted]'],
    ['https://a.example/users/ada%40example.com/edit', 'https://a.example/users/[redacted]/edit'],
    ['/only/a/path?x=1', '/only/a/path?x=[redacted]'],
    ['data:image/png;base64,AAAA', 'data'],
    ['blob:https://a.example/8f5c', 'blob'],
    ['moz-extension://2c1b0c3e-8c3f-4a51-9d5c-0b1a2c3d4e5f/x.js', 'moz-extension://[redacted]/x.js'],
  ])('%s is logged as %s', (url, redacted) => {
    expect(redactUrl(url)).toBe(redacted);
  });

  test.each([
    'inline',
    'wasm-eval',
    'example.com:8443',
    'about:blank',
    'https://a.example/blog/my-very-long-article-title-from-2024-about-cheese',
    'https://a.example/assets/index-3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c.js',
    'https://a.example/orders/6f1d2f1e-8c3f-4a51-9d5c-0b1a2c3d4e5f',
    'chrome-extension://gighmmpiobklfepjocnamgkkbiglidom/inject.js',
  ])('%s stays as it is', (url) => {
    expect(redactUrl(url)).toBe(url);
  });

  test('that is long is cut between its parts, not within a token', () => {
    const url = `https://a.example/${'part/'.repeat(500)}${'a1B2'.repeat(200)}`;
    const redacted = redactUrl(url);
    expect(redacted.length).toBeLessThanOrEqual(513);
    expect(redacted).toMatch(/\/…$/);
  });

  test('is redacted once and for all', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string({ unit: 'binary' })),
        (url) => {
          const once = redactUrl(url);
          expect(redactUrl(once)).toBe(once);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('never shows the value of a query parameter', () => {
    fc.assert(
      fc.property(
        fc.webUrl(),
        fc.stringMatching(/^[a-z]{1,8}$/),
        fc.stringMatching(/^[A-Z0-9]{6,40}$/),
        (url, name, value) => {
          expect(redactUrl(`${url}?a=1&${name}=${value}`)).not.toContain(value);
        },
      ),
    );
  });
});

describe('a text', () => {
  test.each([
    ['fetch("https://a.example/x?key=abc")', 'fetch("https://a.example/x?key=[redacted]")'],
    ['<script nonce="r4nd0mN0nce">', '<script nonce="[redacted]">'],
    ["var token = 'abc'; go()", "var token = '[redacted]'; go()"],
    ['mail ada@example.com', 'mail [redacted]'],
    ['mail jörg@müller.de or ada%40example.com', 'mail [redacted] or [redacted]'],
    ['import "react@18.2.0"', 'import "react@18.2.0"'],
    ["location = '/accept-invite/k7Qp2'", "location = '/accept-invite/[redacted]'"],
    ['fetch("/x;jsessionid=1A2B?y=z")', 'fetch("/x;jsessionid=[redacted]?y=[redacted]")'],
    ["document.cookie='sid=abc; path=/'", "document.cookie='sid=[redacted]; path=/'"],
    ['{"accessToken":"a b c","n":1}', '{"accessToken":"[redacted]","n":1}'],
    ['{"password": "hunter 2"}', '{"password": "[redacted]"}'],
    ['jsessionid=1A2B3C;x', 'jsessionid=[redacted];x'],
    ['api-key: abc', 'api-key: [redacted]'],
    ["headers['Authorization'] = 'Bearer abc.def'", "headers['Authorization'] = 'Bearer [redacted]'"],
    [
      'x.setRequestHeader("Authorization", "Basic YWRhOng=")',
      'x.setRequestHeader("Authorization", "Basic [redacted]")',
    ],
    ['init("ghp_16C7e42F292c")', 'init("[redacted]")'],
    ['a / b / c', 'a / b / c'],
    ['const tokenizer = new Tokenizer(1)', 'const tokenizer = new Tokenizer(1)'],
    ['a\u0000b\u001bc', 'abc'],
    ['use 3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c now', 'use [redacted] now'],
    ['window.inlineRan=1; console.log("inline …', 'window.inlineRan=1; console.log("inline …'],
  ])('%j is logged as %j', (text, redacted) => {
    expect(redactText(text, 200)).toBe(redacted);
  });

  test('is cut between characters', () => {
    expect(redactText('ab😀', 3)).toBe('ab');
  });
});

test('nonces of a policy are taken out, and nothing else', () => {
  expect(redactNonces("script-src 'self' 'nonce-abc+/=' 'sha256-x' https://a.example")).toBe(
    "script-src 'self' 'nonce-[redacted]' 'sha256-x' https://a.example",
  );
});

test.each([
  ['short1A', false],
  ['averylonglowercasewordindeed', false],
  ['0123456789012345678901234', false],
  ['abcdefghij0123456789', true],
  ['AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEf', true],
])('%s looks like a token: %s', (word, expected) => {
  expect(isTokenLike(word)).toBe(expected);
});

test('a JSON value is bounded and its texts redacted, whatever it holds', () => {
  const value = { url: 'https://a.example/?t=abc', list: [1, { deep: { deeper: { deepest: 'x' } } }], no: null };
  expect(redactJson(value)).toEqual({
    url: 'https://a.example/?t=[redacted]',
    list: [1, { deep: {} }],
    no: null,
  });
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (any) => {
      expect(JSON.stringify(redactJson(any)).length).toBeLessThan(32_768);
    }),
  );
  const wide = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 'x'.repeat(900)]));
  expect(JSON.stringify(redactJson(wide)).length).toBeLessThan(8_192);
  for (const leaf of [0, 1234567890.125, null, true, '', [], {}]) {
    const many = [1, 2, 3].reduce<unknown>((inner) => Array.from({ length: 24 }, () => inner), leaf);
    const all = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [index, many]));
    expect(JSON.stringify(redactJson(all)).length).toBeLessThan(32_768);
  }
});
