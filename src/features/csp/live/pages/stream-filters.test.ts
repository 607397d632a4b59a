import { expect, test } from 'vitest';
import { isStreamNarrowed, streamFilters } from './stream-filters.ts';

test.each<[string, object, boolean]>([
  ['', {}, false],
  ['range=7d&sort=count', {}, false],
  ['q=gtm&kind=policy', { q: 'gtm', kinds: ['policy'] }, true],
  ['kind=blocked', { kinds: ['violation'], disposition: 'enforce' }, true],
  ['kind=toString&disposition=maybe&noise=show', {}, true],
  ['noise=hide', { noise: false }, true],
  ['noise=only&directive=img-src', { noise: true, directive: 'img-src' }, true],
  ['since=2026-11-23T09:00:00Z', { since: '2026-11-23T09:00:00.000Z' }, true],
])('the address ?%s asks for %j', (query, filters, narrowed) => {
  const params = new URLSearchParams(query);
  expect(streamFilters(params)).toEqual(filters);
  expect(isStreamNarrowed(params)).toBe(narrowed);
});
