import { expect, test } from 'vitest';
import { createSenderHealth } from './sender-health.ts';

function open() {
  let time = 0;
  const health = createSenderHealth(() => time);
  return {
    ...health,
    later: () => {
      time += 1;
    },
  };
}

test('what this machine itself lacks is its own failure, and what a receiver says never is', () => {
  const health = open();
  expect(health.isOurs('a', 'here')).toBe(true);
  health.answered('b');
  expect(health.isOurs('a', 'here')).toBe(true);
  expect(health.isOurs('a', 'there')).toBe(false);
});

test('a receiver that fails while another answers has itself to blame', () => {
  const health = open();
  health.isOurs('a', 'likely_there');
  health.later();
  health.answered('b');
  expect(health.isOurs('a', 'likely_there')).toBe(false);
  expect(health.isOurs('a', 'likely_here')).toBe(false);
});

test('when all that are tried fail alike, it is this side, until one answers', () => {
  const health = open();
  for (const host of ['a', 'b', 'c']) health.answered(host);
  health.later();
  expect(health.isOurs('a', 'likely_there')).toBe(false);
  health.later();
  for (const host of ['b', 'c']) health.isOurs(host, 'likely_there');
  for (const host of ['a', 'b', 'c']) expect(health.isOurs(host, 'likely_there')).toBe(true);
  health.later();
  health.answered('b');
  expect(health.isOurs('a', 'likely_there')).toBe(false);
});

test('of the only receiver there is, a failing resolver is this side, and a time-out the receiver', () => {
  const health = open();
  expect(health.isOurs('a', 'likely_here')).toBe(true);
  expect(health.isOurs('a', 'likely_there')).toBe(false);
});

test('a receiver that answers once is not held against another that began to fail after that', () => {
  const health = open();
  health.answered('b');
  health.later();
  expect(health.isOurs('a', 'likely_here')).toBe(true);
});
