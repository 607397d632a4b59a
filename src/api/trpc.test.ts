import { createTRPCClient, httpLink } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  TEST_ORIGIN,
  type TestOrganization,
} from '#testing/test-platform.ts';
import type { AppRouter } from './router.ts';
import { handleTrpc } from './trpc.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let key: string;
let cookie: string;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  key = await createTestApiKey(organization.scope(), ['read', 'write']);
  cookie = (await createTestUser(platform, organization, 'admin')).cookie;
});

afterAll(() => platform.close());

async function send(path: string, init: RequestInit) {
  const response = await handleTrpc(platform, new Request(`${TEST_ORIGIN}/api/trpc/${path}`, init));
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const json = { 'content-type': 'application/json', host: new URL(TEST_ORIGIN).host };
const query = (path: string, input: unknown, headers: Record<string, string> = { 'x-api-key': key }) =>
  send(`${path}?input=${encodeURIComponent(JSON.stringify(input))}`, { headers: { ...json, ...headers } });
const mutate = (path: string, body: string, headers: Record<string, string> = { 'x-api-key': key }) =>
  send(path, { method: 'POST', headers: { ...json, ...headers }, body });

const connector = { type: 'n8n_webhook', config: { webhook_url: 'https://n8n.example.com/webhook/abc123' } };

describe('tRPC', () => {
  test('answers as REST does: the same procedure, the same values', async () => {
    const made = await mutate('connectors.create', JSON.stringify({ ...connector, name: 'By tRPC' }));
    expect(made).toMatchObject({ status: 200, body: { result: { data: { name: 'By tRPC' } } } });
    const { id } = made.body.result.data;
    expect((await query('connectors.get', { id })).body).toEqual(made.body);
  });

  test('takes a call without input by the empty body that the pages send', async () => {
    const own = { cookie: (await createTestUser(platform, organization, 'member')).cookie, origin: TEST_ORIGIN };
    expect(await mutate('account.endOtherSessions', '', own)).toMatchObject({ status: 200 });
    expect(await mutate('members.leave', '', own)).toMatchObject({ status: 200 });
    expect(await platform.database.member.count({ where: { organizationId: organization.id, role: 'member' } })).toBe(
      0,
    );
  });

  test('takes a call whose input has only optional fields without it, alone and in a batch', async () => {
    const headers = { ...json, 'x-api-key': key };
    expect(await send('connectors.list', { headers })).toMatchObject({
      status: 200,
      body: { result: { data: { items: expect.any(Array), next_cursor: null } } },
    });
    const batch = await send('connectors.list,webhooks.list?batch=1', { headers });
    expect(batch).toMatchObject({ status: 200, body: [{ result: {} }, { result: {} }] });
    expect(await mutate('auditLog.verify', '', { cookie, origin: TEST_ORIGIN })).toMatchObject({ status: 200 });
    expect(await mutate('auditLog.verify', 'null', { cookie, origin: TEST_ORIGIN })).toMatchObject({ status: 200 });
    expect(await send('connectors.get', { headers })).toMatchObject({
      status: 400,
      body: { error: { data: { contract_code: 'VALIDATION' } } },
    });
  });

  test('by its own client, a call without input is typed and answered', async () => {
    const client = createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${TEST_ORIGIN}/api/trpc`,
          headers: { 'x-api-key': key },
          fetch: (url, init) => handleTrpc(platform, new Request(url as string, init as RequestInit)),
        }),
      ],
    });
    expect(await client.connectors.list.query()).toMatchObject({ next_cursor: null });
    expect(await client.auditLog.list.query()).toMatchObject({ items: expect.any(Array) });
    // @ts-expect-error an input with a required field can't be left out.
    await expect(client.connectors.get.query()).rejects.toThrow();
  });

  test.each<[string, string, number, string, string[][]]>([
    ['a field that is wrong', JSON.stringify({ ...connector, name: '' }), 400, 'VALIDATION', [['name']]],
    ['an unknown field', JSON.stringify({ ...connector, name: 'A', colour: 1 }), 400, 'VALIDATION', [['colour']]],
    ['bad JSON', '{"name":', 400, 'VALIDATION', []],
    ['JSON that is no object', '[]', 400, 'VALIDATION', [[]]],
  ])(
    'refuses %s with the contract’s code and the path of each issue',
    async (_, body, status, contract_code, paths) => {
      const answer = await mutate('connectors.create', body);
      expect(answer).toMatchObject({ status, body: { error: { data: { contract_code } } } });
      expect(answer.body.error.data.issues.map(({ path }: { path: string[] }) => path)).toEqual(paths);
      expect(JSON.stringify(answer.body)).not.toContain('stack');
    },
  );

  test('refuses a body over 1 MiB', async () => {
    const body = JSON.stringify({ ...connector, name: 'x'.repeat(1024 * 1024) });
    expect(await mutate('connectors.create', body)).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
  });

  test('refuses JSON nested too deep, and lives on', async () => {
    const id = await organization.connectorId();
    const body = `{"id":"${id}","message":"a","metadata":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const answer = await mutate('connectors.test', body);
    expect(answer).toMatchObject({ status: 400, body: { error: { data: { issues: [{ path: ['metadata'] }] } } } });
  });

  test('tells nothing of what failed on our side', async () => {
    const broken = {
      ...platform,
      secrets: { ...platform.secrets, seal: () => Promise.reject(new Error('the secret key of the cellar')) },
    };
    const request = new Request(`${TEST_ORIGIN}/api/trpc/connectors.create`, {
      method: 'POST',
      headers: { ...json, 'x-api-key': key },
      body: JSON.stringify({ ...connector, name: 'Never made' }),
    });
    const response = await handleTrpc(broken, request);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('cellar');
  });

  test('refuses a key that is not known, and a person’s change that another site asked for', async () => {
    expect(await query('connectors.list', {}, { 'x-api-key': 'hfk_wrong' })).toMatchObject({
      status: 401,
      body: { error: { data: { contract_code: 'UNAUTHENTICATED' } } },
    });
    const body = JSON.stringify({ ...connector, name: 'By a page' });
    const elsewhere: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      {},
    ];
    for (const from of elsewhere) {
      expect(await mutate('connectors.create', body, { cookie, ...from }), JSON.stringify(from)).toMatchObject({
        status: 403,
        body: { error: { data: { contract_code: 'FORBIDDEN' } } },
      });
    }
    expect(await mutate('connectors.create', body, { cookie, origin: TEST_ORIGIN })).toMatchObject({ status: 200 });
  });
});
