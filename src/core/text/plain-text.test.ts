import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainText, redactPlainUrl } from './plain-text.ts';
import { REDACTED, redactText, redactTextByRules, redactUrl, redactUrlByRules } from './redact.ts';

/** What each rule looks for, and what stands between, so that chance puts together what a rule finds. */
const PIECES = [
  ['https://', 'http://', 'HTTPS://', 'wss://', 'moz-extension://', 'a.example', 'cdn-1.example.net', ':8443'],
  ['/', '/', '/', '//', '?', '&', '=', '=', '#', ';', ':', '-', '.', '+', '@', '%40', '%2F', '%', '\\'],
  ['reset', 'token', 'password', 'invite', 'share', 'auth', 'access_token', 'blog', 'a-b-c', '42', 'v1.2', '~ada'],
  ['nonce', 'nonce-', 'Nonce', 'cookie', 'api_key', 'secret', 'JWT', 'sessionid', 'credentials', 'otp', 'signature'],
  ['Bearer ', 'Basic ', 'Digest ', 'abcdefgh', '0123456789', 'iPhone15ProMax', 'aB3xZ9kL2mQ7', 'main-3f9a8b7c.js'],
  ['SG.12345678', 'gho_12345678', 'key-', 'eyJhb.c1', 'ey1.js', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi', '+4912345678901'],
  ['3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c', 'abcdefghijklmnopqrstuvwxyzabcdefg', 'ada@b.example', '[redacted]'],
  ['"', "'", '`', '(', ')', ' ', '  ', '\t', '\n', '\u0001', '\u0085', 'é', '…', '😀', 'window.dataLayer', 'x', '7'],
].flat();
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join(''));
const url = fc
  .tuple(fc.constantFrom('https://a.example', 'http://cdn-1.example.net:8080', 'https://', ''), text)
  .map(([origin, rest]) => origin + rest);
const RUNS = { numRuns: 3_000 };

test('one pass never keeps a text that a rule would change', () => {
  fc.assert(
    fc.property(fc.oneof(text, url), (raw) => {
      expect(redactText(raw, 256)).toBe(redactTextByRules(raw, 256));
    }),
    RUNS,
  );
});

test('one pass makes of a URL what the rules make of it', () => {
  fc.assert(
    fc.property(url, (raw) => {
      expect(redactUrl(raw)).toBe(redactUrlByRules(raw));
    }),
    RUNS,
  );
});

test('one pass suffices for what browsers send most', () => {
  for (const plain of [
    'window.dataLayer = window.dataLayer || [];',
    'color: red; width: 12px',
    'new Function("return this")()',
  ])
    expect(isPlainText(plain)).toBe(true);
  expect(redactPlainUrl('https://shop.example/assets/main-3f9a8b7c.js?v=3&u=ada#top', REDACTED)).toBe(
    'https://shop.example/assets/main-3f9a8b7c.js?v=[redacted]&u=[redacted]#[redacted]',
  );
});
