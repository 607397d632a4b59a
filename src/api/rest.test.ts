import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
} from '#testing/test-platform.ts';
import { handleRest } from './rest.ts';

let platform: OpenPlatform;
let key: string;
let cookie: string;

beforeAll(async () => {
  platform = await createTestPlatform();
  const organization = await createTestOrganization(platform);
  key = await createTestApiKey(organization.scope(), ['read', 'write']);
  cookie = (await createTestUser(platform, organization, 'admin')).cookie;
});

afterAll(() => platform.close());

type Call = { method?: string; body?: string; headers?: Record<string, string>; as?: 'key' | 'nobody' };

async function call(path: string, { method = 'GET', body, headers = {}, as = 'key' }: Call = {}) {
  const request = new Request(`http://localhost:3000${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: { host: 'localhost:3000', ...(as === 'key' && { authorization: `Bearer ${key}` }), ...headers },
  });
  const response = await handleRest(platform, request);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

const issueBody = {
  name: 'Sales Slack Webhook',
  type: 'n8n_webhook',
  config: { webhook_url: 'https://n8n.your-domain.com/webhook/abc123' },
};

describe('a program', () => {
  test('creates, reads, changes and deletes a connector', async () => {
    const created = await call('/api/connectors', { method: 'POST', body: JSON.stringify(issueBody) });
    expect(created).toMatchObject({
      status: 201,
      body: {
        name: 'Sales Slack Webhook',
        type: 'n8n_webhook',
        enabled: true,
        config: { webhook_url: 'https://n8n.your-domain.com/••••••' },
        last_send: null,
      },
    });
    const path = `/api/connectors/${created.body.id}`;
    expect(await call(path)).toMatchObject({ status: 200, body: created.body });
    expect(await call('/api/connectors')).toMatchObject({
      status: 200,
      body: { items: [created.body], next_cursor: null },
    });
    const changed = await call(path, {
      method: 'PATCH',
      body: JSON.stringify({ enabled: false, config: created.body.config }),
    });
    expect(changed).toMatchObject({ status: 200, body: { enabled: false, config: created.body.config } });
    expect(await call(`${path}/sends?limit=1`)).toMatchObject({ status: 200, body: { items: [], next_cursor: null } });
    expect(await call(path, { method: 'DELETE' })).toMatchObject({ status: 204, body: null });
    expect(await call(path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', issues: [] } });
  });

  test('may ask for the headers alone', async () => {
    expect(await call('/api/connectors', { method: 'HEAD' })).toMatchObject({ status: 200, body: null });
  });

  test('sends its key as x-api-key too', async () => {
    expect(await call('/api/connectors', { as: 'nobody', headers: { 'x-api-key': key } })).toMatchObject({
      status: 200,
    });
  });

  test('gets times in RFC 3339 with milliseconds and ids that are UUIDv7', async () => {
    const { body } = await call('/api/connectors', {
      method: 'POST',
      body: JSON.stringify({ ...issueBody, name: 'Times' }),
    });
    expect(body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('pages through a list without a skip or a repeat', async () => {
    const names = Array.from({ length: 5 }, (_, index) => `Paged ${index}`);
    for (const name of names)
      await call('/api/connectors', { method: 'POST', body: JSON.stringify({ ...issueBody, name }) });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await call(`/api/connectors?search=Paged&limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.status).toBe(200);
      seen.push(...page.body.items.map((item: { name: string }) => item.name));
      cursor = page.body.next_cursor;
    }
    expect(seen).toEqual(names.toReversed());
  });
});

describe('bad input is a 4xx that names the field', () => {
  const cases: [string, string, Call, number, string, string[] | null][] = [
    ['no key and no session', '/api/connectors', { as: 'nobody' }, 401, 'UNAUTHENTICATED', null],
    [
      'an unknown key',
      '/api/connectors',
      { as: 'nobody', headers: { 'x-api-key': 'hfk_wrong' } },
      401,
      'UNAUTHENTICATED',
      null,
    ],
    [
      'another scheme',
      '/api/connectors',
      { as: 'nobody', headers: { authorization: 'Basic eDp5' } },
      401,
      'UNAUTHENTICATED',
      null,
    ],
    ['an unknown path', '/api/nothing', {}, 404, 'NOT_FOUND', null],
    ['a wrong method', '/api/connectors', { method: 'PUT', body: '{}' }, 405, 'METHOD_NOT_ALLOWED', null],
    ['an id that is none', '/api/connectors/1', {}, 400, 'VALIDATION', ['id']],
    ['an unknown query field', '/api/connectors?colour=red', {}, 400, 'VALIDATION', ['colour']],
    ['a limit too high', '/api/connectors?limit=201', {}, 400, 'VALIDATION', ['limit']],
    ['a limit that is no number', '/api/connectors?limit=many', {}, 400, 'VALIDATION', ['limit']],
    ['a cursor of somebody’s own', '/api/connectors?cursor=abc', {}, 400, 'VALIDATION', ['cursor']],
    ['a flag that is none', '/api/connectors?enabled=perhaps', {}, 400, 'VALIDATION', ['enabled']],
    ['bad JSON', '/api/connectors', { method: 'POST', body: '{"name": }' }, 400, 'VALIDATION', null],
    ['JSON that is no object', '/api/connectors', { method: 'POST', body: '[1]' }, 400, 'VALIDATION', null],
    ['no body', '/api/connectors', { method: 'POST' }, 400, 'VALIDATION', ['type']],
    [
      'an unknown type',
      '/api/connectors',
      { method: 'POST', body: JSON.stringify({ ...issueBody, type: 'fax' }) },
      400,
      'VALIDATION',
      ['type'],
    ],
    [
      'an unknown field',
      '/api/connectors',
      { method: 'POST', body: JSON.stringify({ ...issueBody, colour: 'red' }) },
      400,
      'VALIDATION',
      ['colour'],
    ],
    [
      'a missing field',
      '/api/connectors',
      { method: 'POST', body: JSON.stringify({ ...issueBody, name: undefined }) },
      400,
      'VALIDATION',
      ['name'],
    ],
    [
      'a field of a wrong type',
      '/api/connectors',
      { method: 'POST', body: JSON.stringify({ ...issueBody, enabled: 'yes' }) },
      400,
      'VALIDATION',
      ['enabled'],
    ],
    [
      'a config field that is no URL',
      '/api/connectors',
      { method: 'POST', body: JSON.stringify({ ...issueBody, config: { webhook_url: 'n8n' } }) },
      400,
      'VALIDATION',
      ['config', 'webhook_url'],
    ],
    [
      'JSON nested very deep',
      '/api/connectors',
      { method: 'POST', body: `{"config":${'['.repeat(5000)}${']'.repeat(5000)}}` },
      400,
      'VALIDATION',
      null,
    ],
  ];

  test.each(cases)('%s', async (_, path, given, status, code, field) => {
    const answer = await call(path, given);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body.message.length).toBeGreaterThan(10);
    if (field) expect(answer.body.issues).toContainEqual({ path: field, message: expect.any(String) });
    expect(Object.keys(answer.body).toSorted()).toEqual(['code', 'issues', 'message']);
  });

  test('a name that is taken is a conflict of that field', async () => {
    await call('/api/connectors', { method: 'POST', body: JSON.stringify({ ...issueBody, name: 'Twice' }) });
    expect(
      await call('/api/connectors', { method: 'POST', body: JSON.stringify({ ...issueBody, name: 'Twice' }) }),
    ).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', issues: [{ path: ['name'] }] },
    });
  });

  test('a body over 1 MiB, declared or not, is refused', async () => {
    const body = JSON.stringify({ ...issueBody, name: 'x'.repeat(1024 * 1024) });
    const declared = await call('/api/connectors', {
      method: 'POST',
      body,
      headers: { 'content-length': String(body.length) },
    });
    expect(declared).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(await call('/api/connectors', { method: 'POST', body })).toMatchObject({
      status: 413,
      body: { code: 'PAYLOAD_TOO_LARGE' },
    });
  });

  test('a wrong method is told the right ones', async () => {
    expect((await call('/api/connectors', { method: 'PUT', body: '{}' })).headers.get('allow')).toBe('GET, POST');
  });

  test('what fails on our side tells nothing of its inside', async () => {
    const broken: OpenPlatform = {
      ...platform,
      secrets: { ...platform.secrets, seal: () => Promise.reject(new Error('the secret key of the cellar')) },
    };
    const request = new Request('http://localhost/api/connectors', {
      method: 'POST',
      headers: { 'x-api-key': key },
      body: JSON.stringify({ ...issueBody, name: 'Never made' }),
    });
    const response = await handleRest(broken, request);
    const body = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ code: 'INTERNAL', issues: [] });
    expect(body).not.toContain('cellar');
  });
});

describe('a person’s session', () => {
  const change = (headers: Record<string, string>) =>
    call('/api/connectors', {
      method: 'POST',
      as: 'nobody',
      body: JSON.stringify(issueBody),
      headers: { cookie, ...headers },
    });

  test('changes something from a page of the console', async () => {
    expect(await change({ origin: 'http://localhost:3000' })).toMatchObject({ status: 201 });
  });

  test('changes nothing from a page of another site', async () => {
    const refused = { status: 403, body: { code: 'FORBIDDEN' } };
    expect(await change({ origin: 'https://evil.example' })).toMatchObject(refused);
    expect(await change({ 'sec-fetch-site': 'cross-site' })).toMatchObject(refused);
    expect(await change({ origin: 'null' })).toMatchObject(refused);
    expect(await change({})).toMatchObject(refused);
  });

  test('reads with a link from anywhere', async () => {
    expect(await call('/api/connectors', { as: 'nobody', headers: { cookie } })).toMatchObject({ status: 200 });
  });
});
