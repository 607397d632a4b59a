import { expect, test } from 'vitest';
import { backlog, p95, successRate } from './webhook-figures.ts';
import { attentionRank } from './webhook-state.tsx';

test.each([
  [null, '–'],
  [1, '100 %'],
  [0.9999, '99.9 %'],
  [0, '0 %'],
])('a success rate of %s is %s', (success_rate, words) => {
  expect(successRate({ success_rate })).toBe(words);
});

test.each([
  [null, '–'],
  [87, '87 ms'],
  [1240, '1.2 s'],
])('a p95 of %s is %s', (p95_ms, words) => {
  expect(p95({ p95_ms })).toBe(words);
});

test('a backlog past what is counted says so', () => {
  expect(backlog({ backlog: 10_001 })).toBe('10,000+');
  expect(backlog({ backlog: 1_234 })).toBe('1,234');
});

test('what needs attention stands first', () => {
  const webhooks = [
    { status: 'active', health: 'ok', problem: null },
    { status: 'paused', health: 'failing', problem: null },
    { status: 'active', health: 'failing', problem: null },
    { status: 'disabled', health: 'ok', problem: null },
    { status: 'paused', health: 'ok', problem: 'secrets_unreadable' },
  ] as const;
  expect(webhooks.toSorted((a, b) => attentionRank(a) - attentionRank(b)).map(({ status }) => status)).toEqual([
    'paused',
    'disabled',
    'active',
    'paused',
    'active',
  ]);
});
