import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLocalInput, toLocalInput } from '#features/csp/timeline/pages/time-range.ts';
import { cspFilters, isNarrowed, NO_FILTERS } from './csp-filters.ts';

const NOW = Date.parse('2026-11-23T09:33:20Z');
const filtersOf = (query: string) => cspFilters(new URLSearchParams(query), NOW);

describe('the time', () => {
  test.each([
    ['', { since: '2026-11-22T09:30:00.000Z' }],
    ['range=1h', { since: '2026-11-23T08:33:00.000Z' }],
    ['range=7d', { since: '2026-11-16T09:00:00.000Z' }],
    ['range=30d', { since: '2026-10-24T09:00:00.000Z' }],
    ['range=toString', { since: '2026-11-22T09:30:00.000Z' }],
    ['since=2026-11-01T00:00:00Z', { since: '2026-11-01T00:00:00.000Z' }],
    [
      'since=2026-11-01T01:00:00%2B01:00&until=2026-11-02',
      { since: '2026-11-01T00:00:00.000Z', until: '2026-11-02T00:00:00.000Z' },
    ],
    ['range=1h&until=2026-11-02', { until: '2026-11-02T00:00:00.000Z' }],
    ['since=yesterday', { since: '2026-11-22T09:30:00.000Z' }],
  ])('of "%s" is %o', (query, range) => {
    expect(filtersOf(query)).toEqual({ ...range, noise: false });
  });

  test('stays the same from one moment to the next', () => {
    expect(cspFilters(new URLSearchParams(), NOW + 20_000)).toEqual(filtersOf(''));
  });

  test('goes into an input of the browser and back to the minute', () => {
    expect(fromLocalInput(toLocalInput('2026-11-01T08:05:00.000Z'))).toBe('2026-11-01T08:05:00.000Z');
    expect(toLocalInput('yesterday')).toBe('');
    expect(fromLocalInput('')).toBeNull();
  });
});

describe('the filters', () => {
  test.each([
    ['disposition=report', { disposition: 'report', noise: false }],
    ['disposition=maybe', { noise: false }],
    ['directive=img-src&blocked_host=a.example', { directive: 'img-src', blocked_host: 'a.example', noise: false }],
    [
      'document=/login&browser=Chrome+156&q=%20x%20',
      { document: '/login', browser: 'Chrome 156', q: 'x', noise: false },
    ],
    ['q=%20%0A', { noise: false }],
    ['noise=show', {}],
    ['noise=only', { noise: true }],
    ['noise=loud', { noise: false }],
  ])('of "%s" are %o', (query, filters) => {
    const { since: _, ...others } = filtersOf(query);
    expect(others).toEqual(filters);
  });

  test('tell whether they narrow what is seen', () => {
    const narrowed = ['', 'noise=show&range=7d', 'q=+', 'noise=only', 'q=x', 'disposition=report'];
    expect(narrowed.filter((query) => isNarrowed(new URLSearchParams(query)))).toEqual(narrowed.slice(3));
  });

  test('are all taken out together', () => {
    const params = new URLSearchParams(
      'q=x&directive=a&blocked_host=b&document=c&browser=d&noise=only&range=1h&since=2026&sort=new',
    );
    for (const name of Object.keys(NO_FILTERS)) params.delete(name);
    expect(params.toString()).toBe('sort=new');
  });

  test('never hold a text that the API refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const { q = 'none' } = cspFilters(new URLSearchParams({ q: text }), NOW);
        expect(q).toBe(q.trim());
        expect(q.length).toBeGreaterThan(0);
        expect(q.length).toBeLessThanOrEqual(500);
        expect(q).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 40 },
    );
  });
});
