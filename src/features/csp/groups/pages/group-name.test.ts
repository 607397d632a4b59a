import { expect, test } from 'vitest';
import { groupName } from './group-name.ts';

test.each([
  ['host', 'img-src', 'https://cdn.example.com/a.js', 'cdn.example.com', 'cdn.example.com'],
  ['host', 'img-src', null, null, 'Unknown host'],
  ['scheme', 'img-src', 'data', null, 'data:'],
  ['scheme', 'script-src', 'moz-extension://[redacted]/inject.js', null, 'moz-extension:'],
  ['scheme', 'frame-src', null, null, 'Unknown address'],
  [null, 'frame-src', null, null, 'Unknown address'],
  [null, 'img-src', 'null', null, 'Unknown address'],
  ['inline', 'script-src-elem', 'inline', null, 'Inline script'],
  ['inline', 'style-src', 'inline', null, 'Inline code'],
  ['inline', 'constructor', 'inline', null, 'Inline code'],
  ['eval', 'script-src', 'eval', null, 'Code made of text (eval)'],
  ['wasm-eval', 'script-src', 'wasm-eval', null, 'WebAssembly'],
  ['trusted-types', 'trusted-types', 'trusted-types-policy', null, 'Text without Trusted Types'],
] as const)('%s under %s with %s and %s is called %s', (blocked_kind, directive, blocked, blocked_host, name) => {
  expect(groupName({ blocked_kind, directive, blocked, blocked_host })).toBe(name);
});

test('a page that was framed is not named as who framed it', () => {
  const framed = { blocked_kind: 'host', directive: 'frame-ancestors', blocked_host: 'shop.example' } as const;
  const document = 'https://shop.example/';
  expect(groupName({ ...framed, blocked: document, document })).toBe('shop.example in a frame');
  const told = { ...framed, blocked: 'https://partner.example/', blocked_host: 'partner.example' };
  expect(groupName({ ...told, document })).toBe('partner.example');
});
