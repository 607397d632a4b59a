import { expect, test } from 'vitest';
import { refuseMethod } from './refuse-method.ts';

test('a method that a path does not take is told those it takes, in the error body', async () => {
  const answer = refuseMethod('GET', 'POST')(new Request('http://localhost/api/trpc/x', { method: 'PUT' }));
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST']);
  expect(await answer.json()).toEqual({
    code: 'METHOD_NOT_ALLOWED',
    message: '/api/trpc/x accepts GET and POST, not PUT.',
    issues: [],
  });
});
