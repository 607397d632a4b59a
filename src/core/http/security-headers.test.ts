import { expect, test } from 'vitest';
import { NO_PAGE_POLICY, securityHeaders } from './security-headers.ts';

const policyOf = (target: string) => securityHeaders(target, false)['Content-Security-Policy'];

test.each([
  '/api',
  '/api?x',
  '/api/events',
  '/api/docs/swagger-ui.css',
  '/api/docsy',
  '/%61pi/events',
  '/api/d%6Fcs/swagger-ui.css',
  '/favicon.svg?1',
  'http://localhost:3000/api/events',
  'HTTPS://desk.example.com/api/docs/swagger-ui.css',
])('%s is no page, and loads nothing', (target) => {
  expect(policyOf(target)).toBe(NO_PAGE_POLICY);
});

test.each([
  '/',
  '/apiary',
  '/api/docs',
  '/api/docs/',
  '/a%70i/doc%73',
  '/api/docs/?x',
  'http://localhost:3000/api/docs',
  '/_next/static/a.js',
  '/a/b.svg',
])('%s has the policy of pages, or of the page that it is a part of', (target) => {
  expect(policyOf(target)).toBeUndefined();
});
