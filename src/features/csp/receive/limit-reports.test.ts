import { expect, test } from 'vitest';
import { createReportLimit } from './limit-reports.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2031, 0, 31, 12);
/** So many are counted by themselves. */
const MOST_NETWORKS = 50;

const openLimit = (reportsPerMinute: number) => {
  const limit = createReportLimit(reportsPerMinute, 0, MOST_NETWORKS);
  return {
    take: (address: string | null, reports = 1, now = NOON) => limit.take(limit.clientOf(address), reports, now),
    /** One report of each of many networks of one provider. */
    flood: () => {
      for (let index = 0; index < 4 * MOST_NETWORKS; index += 1)
        limit.take(limit.clientOf(`2001:db8:0:${index}::1`), 1, NOON);
    },
  };
};

test('an IPv6 client has one budget, from whichever of its addresses it sends', () => {
  const { take } = openLimit(2);
  expect([take('2001:db8::1'), take('2001:db8::2'), take('2001:db8::3'), take('2001:db8:0:1::1')]).toEqual([
    0, 0, 60, 0,
  ]);
});

test('senders without an address share one budget', () => {
  const { take } = openLimit(1);
  expect([take(null), take('unknown'), take('192.0.2.1')]).toEqual([0, 60, 0]);
});

test("in a flood of one provider's addresses newcomers share their own provider's budget, and who was known keeps his", () => {
  const { take, flood } = openLimit(100);
  take('192.0.2.1', 99);
  flood();
  expect(take('2001:db8:ffff:1::1')).toBe(60);
  expect([take('192.0.2.1'), take('192.0.2.1')]).toEqual([0, 60]);
  expect([take('198.51.100.1', 100), take('198.51.200.1'), take('203.0.113.1')]).toEqual([0, 60, 0]);
});

test('after the flood everybody is counted by himself again', () => {
  const { take, flood } = openLimit(100);
  flood();
  expect(take('2001:db8:ffff:1::1', 1, NOON + MINUTE)).toBe(0);
  expect([take('198.51.100.1', 100, NOON + MINUTE), take('198.51.200.1', 1, NOON + MINUTE)]).toEqual([0, 0]);
});

test('when there is no room for providers either, all newcomers share one budget', () => {
  const { take } = openLimit(10);
  for (let index = 0; index < 4 * MOST_NETWORKS; index += 1) take(`2a00:${index}::1`);
  expect(take('2b00::1')).toBe(60);
  expect(take('203.0.113.1')).toBe(60);
});
