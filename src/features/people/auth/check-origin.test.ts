import { describe, expect, test } from 'vitest';
import type { Caller } from '#platform/trpc/procedure.ts';
import { checkOrigin } from './check-origin.ts';

const person: Caller = {
  kind: 'user',
  id: 'u',
  name: 'Ada',
  email: 'ada@example.com',
  organization_id: 'o',
  role: 'owner',
};
const program: Caller = { kind: 'api_key', id: 'k', name: 'Program', organization_id: 'o', scopes: ['write'] };

type Sent = { method?: string; origin?: string; site?: string; host?: string };

function answer(caller: Caller, { method = 'POST', origin, site, host = 'localhost:3000' }: Sent, publicUrl?: string) {
  const headers = new Headers({ host });
  if (origin !== undefined) headers.set('origin', origin);
  if (site !== undefined) headers.set('sec-fetch-site', site);
  try {
    checkOrigin(new Request(`http://${host}/api/connectors`, { method, headers }), caller, {
      publicUrl,
      allowedHosts: ['desk.lan'],
    });
    return 'passes';
  } catch (error) {
    expect(error).toMatchObject({ code: 'FORBIDDEN' });
    return 'is refused';
  }
}

describe('a person’s change', () => {
  test.each<[Sent, 'passes' | 'is refused']>([
    [{ origin: 'http://localhost:3000', site: 'same-origin' }, 'passes'],
    [{ origin: 'http://localhost:3000' }, 'passes'],
    [{ origin: 'https://localhost:3000' }, 'passes'],
    [{ site: 'same-origin' }, 'passes'],
    [{ site: 'none' }, 'passes'],
    [{ origin: 'http://localhost:3001' }, 'is refused'],
    [{ origin: 'http://localhost' }, 'is refused'],
    [{ origin: 'https://evil.example' }, 'is refused'],
    [{ origin: 'http://localhost:3000.evil.example' }, 'is refused'],
    [{ origin: 'https://evil.example', site: 'same-origin' }, 'is refused'],
    [{ origin: 'http://localhost:3000', site: 'cross-site' }, 'is refused'],
    [{ origin: 'http://localhost:3000', site: 'same-site' }, 'is refused'],
    [{ origin: 'null' }, 'is refused'],
    [{ origin: '' }, 'is refused'],
    [{ site: 'cross-site' }, 'is refused'],
    [{ site: 'same-site' }, 'is refused'],
    [{}, 'is refused'],
  ])('with %j %s', (sent, expected) => {
    expect(answer(person, sent)).toBe(expected);
    expect(answer(person, { ...sent, method: 'PATCH' })).toBe(expected);
    expect(answer(person, { ...sent, method: 'DELETE' })).toBe(expected);
  });

  test.each<[Sent, 'passes' | 'is refused']>([
    [{ origin: 'https://webhooks.example.com', host: 'internal:3000' }, 'passes'],
    [{ origin: 'https://webhooks.example.com:443' }, 'passes'],
    [{ origin: 'http://webhooks.example.com' }, 'is refused'],
    [{ origin: 'https://webhooks.example.com:8443' }, 'is refused'],
    [{ origin: 'https://evil.webhooks.example.com' }, 'is refused'],
    [{ origin: 'http://internal:3000', host: 'internal:3000' }, 'is refused'],
    [{ origin: 'http://webhooks.example.com', host: 'webhooks.example.com' }, 'is refused'],
    [{ origin: 'http://localhost:3000', host: 'localhost:3000' }, 'is refused'],
    [{ origin: 'http://desk.lan', host: 'desk.lan' }, 'passes'],
    [{ origin: 'http://desk.lan', host: 'localhost' }, 'is refused'],
  ])('with PUBLIC_URL https://webhooks.example.com and %j %s', (sent, expected) => {
    expect(answer(person, sent, 'https://webhooks.example.com')).toBe(expected);
  });
});

test('reading passes from anywhere: a link is followed with the cookie', () => {
  expect(answer(person, { method: 'GET', site: 'cross-site' })).toBe('passes');
  expect(answer(person, { method: 'HEAD', origin: 'https://evil.example' })).toBe('passes');
});

test('who sends no cookie needs no origin: an API key is in no browser’s keeping', () => {
  expect(answer(program, {})).toBe('passes');
  expect(answer(program, { origin: 'https://partner.example', site: 'cross-site' })).toBe('passes');
  expect(answer({ kind: 'nobody' }, {})).toBe('passes');
});
