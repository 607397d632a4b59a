import { expect, test } from 'vitest';
import { localPath, paths } from './paths.ts';

test('after signing in one comes back to the page that asked for it, with its filters', () => {
  const asked = '/connectors?search=sales&state=enabled';
  const next = new URL(paths.signIn(asked), 'http://console').searchParams.get('next');
  expect(localPath(next ?? undefined)).toBe(asked);
});

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  '/..//evil.example/x',
  'javascript:alert(1)',
  'connectors',
  '',
])('a link to another site (%j) leads to the start page', (next) => {
  expect(localPath(next)).toBe('/');
});
