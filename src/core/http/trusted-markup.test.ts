import { expect, test } from 'vitest';
import { isTrustedHtml, isTrustedScriptUrl } from './trusted-markup.ts';

test('rules of style and the empty script element of React may become HTML, and no other markup', () => {
  expect(isTrustedHtml('@media (min-width: 48em){.a > .b{color: red}}')).toBe(true);
  expect(isTrustedHtml('<script></script>')).toBe(true);
  expect(isTrustedHtml('')).toBe(true);
  expect(isTrustedHtml('<img src=x onerror=alert(1)>')).toBe(false);
  expect(isTrustedHtml('</style><script>alert(1)</script>')).toBe(false);
});

test.each([
  ['/_next/static/chunks/a.js', true],
  ['https://console.example.com/_next/static/chunks/a.js?dpl=1', true],
  ['https://cdn.example.com/_next/static/chunks/a.js', false],
  ['//cdn.example.com/_next/static/chunks/a.js', false],
  ['/_next/static/../../api/csp/violations', false],
  ['/api/docs/swagger-ui-bundle.js', false],
  ['data:text/javascript,alert(1)', false],
  ['javascript:alert(1)', false],
  ['https://', false],
])('as a script, %s: %j', (url, trusted) => {
  expect(isTrustedScriptUrl(url, 'https://console.example.com')).toBe(trusted);
});
