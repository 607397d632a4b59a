import { describe, expect, test } from 'vitest';
import type { StreamLine } from '#features/csp/live/pages/tail-rows.ts';
import { SELF_TEST_SHAPES } from './self-test-shapes.ts';
import { type SelfTestResults, troublesOf, verdictOf, withUpdate } from './self-test-verdict.ts';

const line = (message: string): StreamLine => ({
  id: message,
  at: '2026-11-24T09:00:00.000Z',
  kind: 'violation',
  message,
  violation: null,
  raw: '{}',
});

/** Results of a test in which every shape fared like this. */
function results(status: number | null, lines: 'live' | 'later' | 'none'): SelfTestResults {
  let all: SelfTestResults = new Map();
  for (const { id, lines: wanted } of SELF_TEST_SHAPES) {
    all = withUpdate(all, { shape: id, answered: status, afterMs: 5 });
    for (let count = 0; count < wanted && lines !== 'none'; count += 1)
      all = withUpdate(all, { shape: id, landed: line(`${id} ${count}`), afterMs: 120, live: lines === 'live' });
  }
  return all;
}

const titles = (all: SelfTestResults) => troublesOf(all).map(({ title }) => title);

describe('a self-test', () => {
  const batch = SELF_TEST_SHAPES.find(({ lines }) => lines === 2) ?? SELF_TEST_SHAPES[0];
  if (!batch) throw new Error('There are no shapes.');

  test('that went well has no trouble to report', () => {
    expect(titles(results(204, 'live'))).toEqual([]);
  });

  test.each([
    [null, 'none', 'The endpoint didn’t respond'],
    [429, 'none', 'Too many reports from this address'],
    [403, 'none', 'Unexpected response: 403'],
    [204, 'none', 'Accepted, but not in the log'],
    [204, 'later', 'Live updates don’t arrive'],
  ] as const)('answered with %s, its lines %s: %s', (status, lines, title) => {
    expect(titles(results(status, lines))).toEqual([title]);
  });

  test('that was never begun for some shapes says that nothing answered', () => {
    expect(titles(new Map())).toEqual(['The endpoint didn’t respond']);
  });

  test('waits for every line of a batch', () => {
    let all: SelfTestResults = new Map();
    const verdict = (isOver = false) => verdictOf(batch, all.get(batch.id), isOver);
    expect(verdict()).toEqual({ tone: 'idle', words: 'Waiting' });
    all = withUpdate(all, { shape: batch.id, landed: line('one'), afterMs: 100, live: true });
    all = withUpdate(all, { shape: batch.id, answered: 204, afterMs: 150 });
    expect(verdict()).toEqual({ tone: 'running', words: 'Accepted' });
    expect(verdict(true)).toEqual({ tone: 'failure', words: 'Not in the log' });
    all = withUpdate(all, { shape: batch.id, landed: line('two'), afterMs: 231, live: true });
    expect(verdict()).toEqual({ tone: 'success', words: 'In 231 ms' });
  });
});
