import { expect, test } from 'vitest';
import { matchPath } from './path.ts';

test.each([
  ['', '/x', 'yes'],
  ['', null, 'yes'],
  ['/', null, 'yes'],
  ['/', '//', 'yes'],
  ['/x', null, 'maybe'],
  ['/dir', '/dir', 'yes'],
  ['/dir', '/dir/', 'no'],
  ['/dir', '/DIR', 'no'],
  ['/dir/', '/dir', 'no'],
  ['/dir/', '/dir/', 'yes'],
  ['/dir/', '/dir/f/g', 'yes'],
  ['/dir/f', '/dir%2Ff', 'yes'],
  ['/dir%2ff', '/dir/f', 'yes'],
  ['/dir%2F', '/dir/f', 'yes'],
  ['/dir/', '/dir%2Ff', 'yes'],
  ['//', '//x', 'yes'],
  ['//', '/x', 'no'],
  ['//dir/', '//dir/x', 'yes'],
  ['/dir//', '/dir/x', 'no'],
  ['/dir//f', '/dir//f', 'yes'],
  ['/di%72/', '/dir/f', 'yes'],
  ['/%2566', '/%66', 'no'],
  ['/caf%C3%A9', '/caf%E9', 'yes'],
  ['/caf%c3%a9', '/caf%C3%A9', 'yes'],
  ['/100%', '/100%', 'yes'],
  ['/a%3Fb', '/a%3Fb', 'yes'],
  ['/*', '/x', 'no'],
])('the path %s takes %s: %s', (expression, path, expected) => {
  expect(matchPath(expression, path)).toBe(expected);
});

test.each([
  ['/a/b', '/a/[redacted]', 'maybe'],
  ['/a/b', '/c/[redacted]', 'no'],
  ['/a/b/c', '/a/[redacted]', 'no'],
  ['/a/', '/a/[redacted]', 'yes'],
  ['/a/b/', '/a/[redacted]/c', 'maybe'],
  ['/a/b/', '/[redacted]/c/d', 'no'],
  ['/a.b/(c', '/a.b/[redacted]', 'maybe'],
  ['/axb/c', '/a.b/[redacted]', 'no'],
  ['/a/x;id=1', '/a/x;id=[redacted]', 'maybe'],
  ['/a/y;id=1', '/a/x;id=[redacted]', 'no'],
  ['/a/b/c', '/a/b…', 'maybe'],
  ['/a/b/c/', '/a/b…', 'maybe'],
  ['/a/', '/a/b…', 'yes'],
  ['/x/b/c/', '/a/b…', 'no'],
])('of a path that is not told whole, %s takes %s: %s', (expression, path, expected) => {
  expect(matchPath(expression, path)).toBe(expected);
});
