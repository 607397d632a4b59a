import { expect, test } from 'vitest';
import { customHeaderFault } from './custom-header.ts';

test.each([
  ['Authorization', 'Bearer abc def'],
  ['X-Team', 'a'],
  ['x_api-key', '~'],
])('%s: %s is taken', (name, value) => {
  expect(customHeaderFault(name, value)).toBeNull();
});

test.each([
  ['Connection', 'close', /connection/],
  ['Transfer-Encoding', 'chunked', /connection/],
  ['HOST', 'a', /connection/],
  ['content-length', '1', /connection/],
  ['X-Honeyframe-Signature', 'a', /itself/],
  ['webhook-id', 'a', /itself/],
  ['Content-Type', 'text/plain', /itself/],
  ['X Team', 'a', /name/],
  ['', 'a', /name/],
  ['X-Team:', 'a', /name/],
  ['X-Team', 'a\r\nX-Other: b', /line breaks/],
  ['X-Team', '', /1 to 4,096/],
  ['X-Team', 'ä', /ASCII/],
  ['X-Team', ' a', /ASCII/],
])('%s: %j is refused', (name, value, words) => {
  expect(customHeaderFault(name, value)).toMatch(words);
});
