import { expect, test } from 'vitest';
import { explainAttempt } from './explain-attempt.ts';

test.each([
  [404, 'http_error', /no such path/],
  [418, 'http_error', /did not like/],
  [500, 'http_error', /failed inside/],
  [503, 'http_error', /in front/],
  [301, 'http_error', /where it leads/],
  [null, 'dns_error', /spelled right/],
  [200, 'timeout', /answer first/],
  [null, 'not_stored', /request was made/],
  [null, 'not_sent', /Nothing was sent/],
])('%s with %s has a next step', (status, code, words) => {
  expect(explainAttempt({ response: status === null ? null : { status }, error: { code } })).toMatch(words);
});

test('what went well needs no advice', () => {
  expect(explainAttempt({ response: { status: 200 }, error: null })).toBe('');
});
