import { expect, test } from 'vitest';
import { EMPTY_WEBHOOK, inputOf, webhookErrors } from './webhook-values.ts';

test('an empty form says what is missing', () => {
  expect(Object.keys(webhookErrors(EMPTY_WEBHOOK))).toEqual(['event_type', 'target_url']);
});

test.each([
  [{ headers: 'Authorization' }, 'headers'],
  [{ filter: '{' }, 'filter'],
  [{ filter: '[1]' }, 'filter'],
])('%j is wrong at %s', (given, field) => {
  const values = { ...EMPTY_WEBHOOK, event_type: ['*'], target_url: 'https://receiver.example.com', ...given };
  expect(Object.keys(webhookErrors(values))).toEqual([field]);
});

test('what is typed becomes what the API takes', () => {
  const values = {
    ...EMPTY_WEBHOOK,
    event_type: ['recipe.*'],
    target_url: ' https://receiver.example.com/hooks ',
    headers: 'Authorization: Bearer a:b\n\nX-Team : blue ',
    filter: '{"status": "failed"}',
    rate_limit: 5,
  };
  expect(webhookErrors(values)).toEqual({});
  expect(inputOf(values)).toEqual({
    event_type: ['recipe.*'],
    target_url: 'https://receiver.example.com/hooks',
    description: '',
    headers: { Authorization: 'Bearer a:b', 'X-Team': 'blue' },
    filter: { status: 'failed' },
    concurrency: 10,
    rate_limit: 5,
    ordered: false,
  });
});
