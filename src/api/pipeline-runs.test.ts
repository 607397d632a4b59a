import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { handleRest } from './rest.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let publisher: string;
let reader: string;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  publisher = await createTestApiKey(organization.scope(), ['publish']);
  reader = await createTestApiKey(organization.scope(), ['read']);
});
afterAll(() => platform.close());

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await handleRest(
    platform,
    new Request(`http://localhost:3000${path}`, {
      method,
      headers: { authorization: `Bearer ${method === 'GET' ? reader : publisher}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag'),
    text,
    body: response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : null,
  };
}

const RECIPE = { recipe_id: 'recipe-17', recipe_name: 'Join orders' };

describe('pipeline runs', () => {
  test('are told by POST and PATCH, and are asked for by their id', async () => {
    const made = await call('POST', '/api/pipeline/runs', { ...RECIPE, status: 'running', trigger: 'schedule' });
    expect(made).toMatchObject({
      status: 201,
      body: { ...RECIPE, status: 'running', trigger: 'schedule', dataset_id: null, finished_at: null, rows_in: null },
    });
    expect(made.body.started_at).toMatch(/Z$/);
    const ended = await call('PATCH', `/api/pipeline/runs/${made.body.id}`, {
      status: 'failed',
      error: 'The column customer_id is missing.',
      rows_in: 9_007_199_254_740_991,
    });
    expect(ended).toMatchObject({
      status: 200,
      body: {
        ...RECIPE,
        status: 'failed',
        trigger: 'schedule',
        started_at: made.body.started_at,
        rows_in: 9_007_199_254_740_991,
      },
    });
    expect(ended.body.finished_at).toMatch(/Z$/);
    expect(Date.parse(ended.body.changed_at)).toBeGreaterThanOrEqual(Date.parse(made.body.changed_at));
    expect((await call('GET', `/api/pipeline/runs/${made.body.id}`)).body).toEqual(ended.body);
  });

  test.each([
    ['an unknown status', { ...RECIPE, status: 'done' }, 'status'],
    ['no recipe', { recipe_name: 'x', status: 'queued' }, 'recipe_id'],
    ['a part of a row', { ...RECIPE, status: 'queued', rows_in: 1.5 }, 'rows_in'],
    ['fewer rows than none', { ...RECIPE, status: 'queued', rows_out: -1 }, 'rows_out'],
    ['a time that is none', { ...RECIPE, status: 'queued', started_at: 'yesterday' }, 'started_at'],
    ['a NUL in the error', { ...RECIPE, status: 'failed', error: 'a\u0000b' }, 'error'],
    ['an unknown field', { ...RECIPE, status: 'queued', recipe: 'x' }, undefined],
  ])('with %s are a 400 that names the field', async (_what, body, field) => {
    const refused = await call('POST', '/api/pipeline/runs', body);
    expect(refused).toMatchObject({ status: 400, body: { code: 'VALIDATION' } });
    if (field) expect(refused.body.issues).toContainEqual(expect.objectContaining({ path: [field] }));
  });

  test('are listed by status, recipe and time of change', async () => {
    const recipe_id = 'recipe-of-the-list';
    for (const status of ['failed', 'succeeded', 'failed'])
      await call('POST', '/api/pipeline/runs', { recipe_id, recipe_name: 'List', status });
    const all = (await call('GET', `/api/pipeline/runs?recipe_id=${recipe_id}`)).body.items;
    expect(all.map(({ status }: { status: string }) => status)).toEqual(['failed', 'succeeded', 'failed']);
    const failed = await call('GET', `/api/pipeline/runs?recipe_id=${recipe_id}&status=failed&limit=1`);
    expect(failed.body.items).toEqual([all[0]]);
    const next = await call(
      'GET',
      `/api/pipeline/runs?recipe_id=${recipe_id}&status=failed&limit=1&cursor=${failed.body.next_cursor}`,
    );
    expect(next.body).toEqual({ items: [all[2]], next_cursor: null });
    const since = await call('GET', `/api/pipeline/runs?recipe_id=${recipe_id}&since=${all[1].changed_at}`);
    expect(since.body.items.length).toBeGreaterThanOrEqual(2);
    const until = await call('GET', `/api/pipeline/runs?recipe_id=${recipe_id}&until=2020-01-01T00:00:00Z`);
    expect(until.body.items).toEqual([]);
  });

  test('appear to a poller again for each change of their status, as they were then', async () => {
    const recipe_id = 'recipe-of-the-poller';
    const poll = async (cursor?: string) =>
      (await call('GET', `/api/pipeline/runs?order=asc&recipe_id=${recipe_id}${cursor ? `&cursor=${cursor}` : ''}`))
        .body;
    const start = await poll();
    expect(start.items).toEqual([]);
    expect(start.next_cursor).toEqual(expect.any(String));
    const { body: run } = await call('POST', '/api/pipeline/runs', {
      recipe_id,
      recipe_name: 'Poll',
      status: 'queued',
    });
    await call('PATCH', `/api/pipeline/runs/${run.id}`, { status: 'running' });
    await call('PATCH', `/api/pipeline/runs/${run.id}`, { rows_in: 7 });
    await call('PATCH', `/api/pipeline/runs/${run.id}`, { status: 'succeeded', rows_out: 5 });
    const seen = await poll(start.next_cursor);
    expect(seen.items).toMatchObject([
      { id: run.id, status: 'queued', rows_in: null },
      { id: run.id, status: 'running', rows_in: null },
      { id: run.id, status: 'succeeded', rows_in: 7, rows_out: 5 },
    ]);
    const last = await poll(seen.next_cursor);
    expect(last).toEqual({ items: [], next_cursor: seen.next_cursor });
  });

  test('are answered with 304 while nothing changed, by an ETag', async () => {
    const path = '/api/pipeline/runs?order=asc&limit=200';
    const first = await call('GET', path);
    expect(first.etag).toMatch(/^"[\w-]+"$/);
    for (const known of [first.etag ?? '', `"other", W/${first.etag}`, '*']) {
      const same = await call('GET', path, undefined, { 'if-none-match': known });
      expect(same).toMatchObject({ status: 304, text: '', etag: first.etag });
    }
    await call('POST', '/api/pipeline/runs', { ...RECIPE, status: 'queued' });
    const changed = await call('GET', path, undefined, { 'if-none-match': first.etag ?? '' });
    expect(changed.status).toBe(200);
    expect(changed.etag).not.toBe(first.etag);
  });

  test('refuse the cursor of the other order, and one that is none', async () => {
    await call('POST', '/api/pipeline/runs', { ...RECIPE, status: 'queued' });
    const { next_cursor } = (await call('GET', '/api/pipeline/runs?limit=1')).body;
    const position = (await call('GET', '/api/pipeline/runs?order=asc&limit=1')).body.next_cursor;
    for (const [order, cursor] of [
      ['asc', next_cursor],
      ['desc', position],
      ['asc', 'nonsense'],
    ]) {
      const refused = await call('GET', `/api/pipeline/runs?order=${order}&cursor=${cursor}`);
      expect(refused).toMatchObject({ status: 400, body: { issues: [{ path: ['cursor'] }] } });
    }
  });

  test('come as a file', async () => {
    const csv = await call('GET', '/api/pipeline/runs/export?format=csv&status=failed');
    expect(csv.text.split('\r\n')[0]).toBe(
      'id,recipe_id,recipe_name,dataset_id,status,started_at,finished_at,trigger,error,rows_in,rows_out,created_at,changed_at',
    );
    const ndjson = await call('GET', '/api/pipeline/runs/export');
    expect(JSON.parse(ndjson.text.split('\n')[0] ?? '')).toHaveProperty('recipe_id');
  });
});

describe('the audit log', () => {
  test('is asked for by action, kind of action, who, what and severity', async () => {
    const ask = async (query: string) =>
      (await call('GET', `/api/audit-log?${query}`)).body.items.map(({ action }: { action: string }) => action);
    expect(await ask('action=api_key.created')).toEqual(['api_key.created', 'api_key.created']);
    expect(await ask('action=api_key.*&limit=1')).toEqual(['api_key.created']);
    expect(await ask('action=api_*')).toEqual([]);
    expect(await ask('actor=ada')).toHaveLength(2);
    expect(await ask('actor=%25')).toEqual([]);
    expect(await ask('target=Key')).toHaveLength(2);
    expect(await ask('severity=security')).toHaveLength(2);
    expect(await ask('since=2999-01-01T00:00:00Z')).toEqual([]);
  });

  test('is polled in the order of its commits, with an ETag', async () => {
    const first = await call('GET', '/api/audit-log?order=asc&action=api_key.created');
    expect(first.body.items).toHaveLength(2);
    const path = `/api/audit-log?order=asc&action=api_key.created&cursor=${first.body.next_cursor}`;
    const nothing = await call('GET', path);
    expect(nothing.body).toEqual({ items: [], next_cursor: first.body.next_cursor });
    expect((await call('GET', path, undefined, { 'if-none-match': nothing.etag ?? '' })).status).toBe(304);
    await createTestApiKey(organization.scope(), ['read']);
    const more = await call('GET', path, undefined, { 'if-none-match': nothing.etag ?? '' });
    expect(more.body.items).toMatchObject([
      { action: 'api_key.created', actor: { name: 'Ada Test' }, ip: '192.0.2.7' },
    ]);
  });

  test('comes as a file', async () => {
    const csv = await call('GET', '/api/audit-log/export?format=csv');
    expect(csv.text).toMatch(/^id,at,severity,action,.*\r\n[0-9a-f-]{36},.*api_key\.created/);
    const [line = ''] = (await call('GET', '/api/audit-log/export')).text.split('\n');
    expect(JSON.parse(line)).toMatchObject({ action: 'api_key.created' });
  });
});
