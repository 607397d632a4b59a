import { expect, test } from 'vitest';
import { queryString, sinceOf } from './since-filter.ts';

const now = Date.parse('2026-11-26T10:02:03Z');

test('a time in the address is a begin on a whole step, and what is none is any time', () => {
  expect(sinceOf(new URLSearchParams('time=24h'), now)).toBe('2026-11-25T10:00:00.000Z');
  expect(sinceOf(new URLSearchParams('time=1h'), now)).toBe('2026-11-26T09:02:00.000Z');
  expect(sinceOf(new URLSearchParams('time=constructor'), now)).toBeUndefined();
  expect(sinceOf(new URLSearchParams(), now)).toBeUndefined();
});

test('a query leaves out what is undefined', () => {
  expect(queryString({ a: 'x y', b: undefined }).toString()).toBe('a=x+y');
});
