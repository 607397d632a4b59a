import { expect, test } from 'vitest';
import { noisePart } from './noise-part.ts';

test.each([
  ['host', 'https://cdn.example.com:8443/a.js', 'cdn.example.com:8443', null, { host: 'cdn.example.com' }],
  ['host', null, null, null, null],
  ['scheme', 'weixin://x', null, null, { scheme: 'weixin' }],
  ['scheme', 'moz-extension', null, null, { scheme: 'moz-extension' }],
  ['scheme', null, null, null, null],
  ['inline', 'inline', null, 'window.x\n  = 1', { sample: 'window.x = 1' }],
  ['inline', 'inline', null, 'a=1', null],
  ['eval', 'eval', null, null, null],
] as const)('a rule for %s with %s, %s and %j looks for %o', (blocked_kind, blocked, blocked_host, sample, part) => {
  const group = { disposition: null, directive: 'script-src', blocked_kind, blocked, blocked_host, sample };
  expect(noisePart(group)).toEqual(part);
});
