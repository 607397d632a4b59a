import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyBodySignature } from '#core/signing/signature.ts';
import { type RunningDeliveries, runDeliveries } from '#features/engine/run-deliveries.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { json } from '#testing/receiver-answers.ts';
import { type Receiver, startReceiver } from '#testing/receivers.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { publishRow } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { handleRest } from './rest.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let receiver: Receiver;
let running: RunningDeliveries;
let key: string;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  receiver = await startReceiver();
  key = await createTestApiKey(organization.scope(), ['read', 'write', 'publish']);
  running = runDeliveries(platform, { sweepMs: 50 });
});
afterAll(async () => {
  await running.stop();
  await receiver.close();
  await platform.close();
});

async function call(method: string, path: string, body?: unknown, as = key) {
  const request = new Request(`http://localhost:3000${path}`, {
    method,
    headers: { authorization: `Bearer ${as}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await handleRest(platform, request);
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

const create = (given: Record<string, unknown> = {}) =>
  call('POST', '/api/webhooks', { event_type: 'dataset.updated', target_url: `${receiver.url}/hooks`, ...given });
const deliveriesOf = async (id: string, query = '') =>
  (await call('GET', `/api/webhooks/${id}/deliveries${query}`)).body.items as { id: string; status: string }[];
const settled = (id: string, count: number) =>
  until('all ended', async () => {
    const items = await deliveriesOf(id);
    return items.length >= count && items.every(({ status }) => status !== 'pending') ? items : undefined;
  });

describe('a webhook', () => {
  test('is made with a secret that is shown once, read, changed and deleted', async () => {
    const made = await create();
    expect(made.status).toBe(201);
    const { secret, ...webhook } = made.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook).toMatchObject({
      event_type: ['dataset.updated'],
      target_url: `${receiver.url}/hooks`,
      headers: {},
      filter: null,
      concurrency: 10,
      rate_limit: null,
      ordered: false,
      status: 'active',
      health: 'ok',
      stats: { backlog: 0, attempts: 0, success_rate: null },
    });
    const path = `/api/webhooks/${webhook.id}`;
    expect(await call('GET', path)).toEqual({ status: 200, body: webhook });
    const changed = await call('PATCH', path, { description: 'Ours', event_type: ['recipe.*'], concurrency: 3 });
    expect(changed.body).toMatchObject({ description: 'Ours', event_type: ['recipe.*'], concurrency: 3 });
    expect(JSON.stringify(changed.body)).not.toContain(secret);
    expect((await call('GET', '/api/webhooks?search=ours')).body.items).toMatchObject([{ id: webhook.id }]);
    expect(await call('DELETE', path)).toEqual({ status: 204, body: null });
    expect((await call('GET', path)).status).toBe(404);
    const actions = await platform.database.auditLog.findMany({
      where: { target_id: webhook.id },
      orderBy: { id: 'asc' },
    });
    expect(actions.map(({ action }) => action)).toEqual(['webhook.created', 'webhook.updated', 'webhook.deleted']);
    expect(JSON.stringify(actions)).not.toContain(secret);
  });

  test('that is deleted keeps nothing sealed, neither its secrets nor its headers', async () => {
    const { id } = (await create({ headers: { Authorization: 'Bearer of-the-receiver' } })).body;
    expect((await call('POST', `/api/webhooks/${id}/rotate-secret`, {})).status).toBe(200);
    const sealed = { sealed_secret: true, sealed_previous_secret: true, sealed_headers: true };
    const stored = () => platform.database.webhook.findUniqueOrThrow({ where: { id }, select: sealed });
    expect(Object.values(await stored()).filter((value) => value === null)).toEqual([]);
    expect((await call('DELETE', `/api/webhooks/${id}`)).status).toBe(204);
    expect(Object.values(await stored())).toEqual([null, null, null]);
  });

  test.each<[Record<string, unknown>, string[], RegExp]>([
    [{ event_type: 'dataset.updatd' }, ['event_type'], /did you mean dataset\.updated/],
    [{ event_type: [] }, ['event_type'], /at least one/],
    [{ event_type: 'recipe*' }, ['event_type'], /a pattern such as recipe/],
    [{ target_url: 'receiver' }, ['target_url'], /complete URL/],
    [{ target_url: 'https://user:pass@example.com/' }, ['target_url'], /user name or password/],
    [{ target_url: 'https://10.1.2.3/hooks' }, ['target_url'], /10\.1\.2\.3 is .*private/],
    [{ target_url: 'https://169.254.169.254/latest' }, ['target_url'], /metadata/],
    [{ target_url: 'http://93.184.216.34/' }, ['target_url'], /Plain http/],
    [{ target_url: 'https://nowhere.invalid/' }, ['target_url'], /nowhere\.invalid/],
    [{ secret: 'short' }, ['secret'], /16 characters/],
    [{ secret: 'whsec_tooshort+tooshort' }, ['secret'], /base64/],
    [{ headers: { Connection: 'close' } }, ['headers', 'Connection'], /connection/],
    [{ headers: { 'X-A': 'a\r\nb' } }, ['headers', 'X-A'], /line breaks/],
    [{ headers: { 'X-A': 'a', 'x-a': 'b' } }, ['headers', 'X-A'], /appears twice/],
    [{ headers: { 'webhook-signature': 'v1,x' } }, ['headers', 'webhook-signature'], /itself/],
    [{ filter: { rows: { over: 3 } } }, ['filter', 'rows', 'over'], /There is no operator "over"/],
    [{ filter: {} }, ['filter'], /at least one/],
    [{ concurrency: 101 }, ['concurrency'], /1 to 100/],
    [{ rate_limit: 0 }, ['rate_limit'], /1 to 10,000/],
    [{ ordered: 'yes' }, ['ordered'], /true or false/],
    [{ colour: 'red' }, ['colour'], /Unknown field/],
  ])('with %j is refused by the field', async (given, path, words) => {
    const answer = await create(given);
    expect(answer.status).toBe(400);
    expect(answer.body.issues[0].path).toEqual(path);
    expect(answer.body.issues[0].message).toMatch(words);
  });

  test('has headers that are sent, stored sealed and shown masked; a mask that comes back keeps the value', async () => {
    const { body } = await create({ headers: { Authorization: 'Bearer very-secret', 'X-Team': 'blue' } });
    expect(body.headers).toEqual({ Authorization: '••••••', 'X-Team': '••••••' });
    const changed = await call('PATCH', `/api/webhooks/${body.id}`, {
      headers: { Authorization: '••••••', 'X-New': 'green' },
    });
    expect(changed.body.headers).toEqual({ Authorization: '••••••', 'X-New': '••••••' });
    const { body: attempt } = await call('POST', `/api/webhooks/${body.id}/test`);
    expect(receiver.requests.at(-1)?.headers).toMatchObject({ authorization: 'Bearer very-secret', 'x-new': 'green' });
    expect(receiver.requests.at(-1)?.headers).not.toHaveProperty('x-team');
    expect(attempt.request.headers).toMatchObject({ Authorization: '••••••', 'X-New': '••••••' });
    const { rows } = await platform.pool.query('select s::text as row from webhook s where id = $1', [body.id]);
    expect(rows[0].row).not.toContain('very-secret');
    receiver.answerWith((response, { headers }) => response.end(`You sent ${String(headers.authorization)}.`));
    const quoted = await call('POST', `/api/webhooks/${body.id}/test`);
    expect(quoted.body.response.body).toBe('You sent ••••••.');
    receiver.answerWith(json({}));
    const refused = await call('PATCH', `/api/webhooks/${body.id}`, { headers: { 'X-Unknown': '••••••' } });
    expect(refused.body.issues[0].path).toEqual(['headers', 'X-Unknown']);
    await call('DELETE', `/api/webhooks/${body.id}`);
  });

  test('gets what its filter lets through, evaluated where events become deliveries', async () => {
    const { body } = await create({ filter: { n: { gte: 3 }, not: { n: 4 } } });
    const ids = await publishRow(organization, 6);
    await settled(body.id, 2);
    const items = (await call('GET', `/api/webhooks/${body.id}/deliveries`)).body.items;
    expect(items.map((one: { event_id: string }) => one.event_id)).toEqual([ids[5], ids[3]]);
    await call('DELETE', `/api/webhooks/${body.id}`);
  });

  test('gets every event that is published after its creation was answered, however much is published at once', async () => {
    let going = true;
    const published: string[] = [];
    const publisher = (async () => {
      while (going) published.push(...(await publishRow(organization, 5)));
    })();
    for (let turn = 0; turn < 10; turn += 1) {
      const { body } = await create();
      const from = published.length;
      const ids = await publishRow(organization, 1);
      await until('more was published', () => published.length > from + 20);
      const { rows } = await platform.pool.query(
        `select event_id from delivery_pending where webhook_id = $1
          union select event_id from delivery where webhook_id = $1`,
        [body.id],
      );
      const got = new Set(rows.map(({ event_id }) => event_id));
      // What was asked for after the answer begins behind the batch that was under way then.
      for (const id of [...ids, ...published.slice(from + 5, from + 20)]) expect(got.has(id)).toBe(true);
      await call('DELETE', `/api/webhooks/${body.id}`);
    }
    going = false;
    await publisher;
  });

  test('is paused and resumed: what came meanwhile is sent then', async () => {
    const { body } = await create();
    expect((await call('POST', `/api/webhooks/${body.id}/pause`)).body).toMatchObject({ status: 'paused' });
    await publishRow(organization, 3);
    expect(await deliveriesOf(body.id)).toMatchObject(
      Array.from({ length: 3 }, () => ({ status: 'pending', deadline_at: null })),
    );
    expect((await call('POST', `/api/webhooks/${body.id}/resume`)).body).toMatchObject({ status: 'active' });
    const items = await settled(body.id, 3);
    expect(items.map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered']);
    await call('DELETE', `/api/webhooks/${body.id}`);
  });

  test('has its secret rotated, shown once, with an overlap', async () => {
    const { body } = await create({ secret: 'a secret-of-one’s-own'.replace(/[^\x21-\x7e]/g, '-') });
    const rotated = await call('POST', `/api/webhooks/${body.id}/rotate-secret`, { overlap_hours: 1 });
    expect(rotated.body.secret).toMatch(/^whsec_/);
    expect(rotated.body.previous_secret_until).toEqual(expect.any(String));
    await call('POST', `/api/webhooks/${body.id}/test`);
    const request = receiver.requests.at(-1);
    for (const secret of [body.secret, rotated.body.secret])
      expect(verifyBodySignature(secret, String(request?.headers['x-honeyframe-signature']), request?.body ?? '')).toBe(
        true,
      );
    const at_once = await call('POST', `/api/webhooks/${body.id}/rotate-secret`, { overlap_hours: 0 });
    expect(at_once.body.previous_secret_until).toBeNull();
    await call('DELETE', `/api/webhooks/${body.id}`);
  });

  test('explains what the outbound rules say of an address', async () => {
    const check = async (target_url: string) => (await call('POST', '/api/webhooks/check-url', { target_url })).body;
    expect(await check('https://10.1.2.3/x')).toMatchObject({
      allowed: false,
      host: '10.1.2.3',
      addresses: [{ address: '10.1.2.3', allowed: false, rule: expect.stringMatching(/private/) }],
      message: expect.stringContaining('EGRESS_ALLOW'),
    });
    expect(await check(`${receiver.url}/`)).toMatchObject({
      allowed: true,
      addresses: [{ address: '127.0.0.1', rule: expect.stringContaining('allowed by EGRESS_ALLOW') }],
      message: null,
    });
  });
});

describe('a test send', () => {
  test('answers with the attempt at once, is in the log as a test, and in no list of events', async () => {
    receiver.answerWith(json({ got: 'it' }));
    const { body } = await create({ event_type: 'recipe.*' });
    const { status, body: attempt } = await call('POST', `/api/webhooks/${body.id}/test`);
    expect(status).toBe(200);
    expect(attempt).toMatchObject({
      number: 1,
      outcome: 'delivered',
      response: { status: 200, body: '{"got":"it"}' },
      error: null,
    });
    const sent = JSON.parse(receiver.requests.at(-1)?.body ?? '');
    expect(sent).toMatchObject({ type: 'recipe.run.started', data: { recipe_id: expect.any(String) } });
    expect(await deliveriesOf(body.id)).toMatchObject([{ origin: 'test', status: 'delivered', event_id: sent.id }]);
    const events = (await call('GET', '/api/events?limit=200')).body.items;
    expect(events.map(({ id }: { id: string }) => id)).not.toContain(sent.id);
    const own = await call('POST', `/api/webhooks/${body.id}/test`, {
      event_type: 'dataset.created',
      data: { dataset_id: 'x' },
    });
    expect(own.body.outcome).toBe('delivered');
    const bad = await call('POST', `/api/webhooks/${body.id}/test`, { event_type: 'dataset.created', data: {} });
    expect(bad.body.issues[0].path).toEqual(['data', 'dataset_id']);
    await call('DELETE', `/api/webhooks/${body.id}`);
  });

  test('that fails is a result, and is not tried again', async () => {
    receiver.answerWith((response) => response.writeHead(500).end('No'));
    const { body } = await create();
    const { body: attempt } = await call('POST', `/api/webhooks/${body.id}/test`);
    expect(attempt).toMatchObject({
      outcome: 'failed',
      response: { status: 500, body: 'No' },
      error: { code: 'http_error' },
    });
    expect(await deliveriesOf(body.id)).toMatchObject([{ status: 'failed', reason: 'test', attempt_count: 1 }]);
    receiver.answerWith(json({}));
    await call('DELETE', `/api/webhooks/${body.id}`);
  });
});

describe('the delivery log', () => {
  test('shows a delivery with what was sent and every attempt; a retry is a new delivery of the same event', async () => {
    let fails = 1;
    receiver.answerWith((response) => response.writeHead(fails-- > 0 ? 503 : 200, { 'retry-after': '1' }).end());
    const { body } = await create();
    const [eventId] = await publishRow(organization, 1);
    const [delivery] = await settled(body.id, 1);
    const detail = (await call('GET', `/api/deliveries/${delivery?.id}`)).body;
    expect(detail).toMatchObject({
      event_id: eventId,
      status: 'delivered',
      attempt_count: 2,
      attempts: [
        { number: 1, outcome: 'retry', response: { status: 503 }, next_attempt_at: expect.any(String) },
        { number: 2, outcome: 'delivered', response: { status: 200 }, next_attempt_at: null },
      ],
    });
    expect(detail.body).toBe(receiver.requests.at(-1)?.body);
    const retried = await call('POST', `/api/deliveries/${delivery?.id}/retry`);
    expect(retried).toMatchObject({ status: 202, body: { event_id: eventId, origin: 'manual' } });
    expect(retried.body.id).not.toBe(delivery?.id);
    await settled(body.id, 2);
    expect(receiver.requests.at(-1)?.headers).toMatchObject({
      'webhook-id': eventId,
      'x-honeyframe-delivery': retried.body.id,
      'x-honeyframe-attempt': '1',
    });
    receiver.answerWith(json({}));
    await call('DELETE', `/api/webhooks/${body.id}`);
  });

  test('is paged and filtered, over what waits and what has ended', async () => {
    const { body } = await create();
    await publishRow(organization, 3);
    await settled(body.id, 3);
    await call('POST', `/api/webhooks/${body.id}/pause`);
    await publishRow(organization, 2);
    const all = await deliveriesOf(body.id);
    expect(all.map(({ status }) => status)).toEqual(['pending', 'pending', 'delivered', 'delivered', 'delivered']);
    expect(await deliveriesOf(body.id, '?status=pending')).toEqual(all.slice(0, 2));
    expect(await deliveriesOf(body.id, '?status=delivered')).toEqual(all.slice(2));
    expect(await deliveriesOf(body.id, '?status=failed')).toEqual([]);
    expect(await deliveriesOf(body.id, '?event_type=dataset.created')).toEqual([]);
    expect(await deliveriesOf(body.id, '?until=2020-01-01T00:00:00Z')).toEqual([]);
    const first = (await call('GET', `/api/webhooks/${body.id}/deliveries?limit=3`)).body;
    expect(first.items).toEqual(all.slice(0, 3));
    expect(await deliveriesOf(body.id, `?limit=3&cursor=${first.next_cursor}`)).toEqual(all.slice(3));
    await call('DELETE', `/api/webhooks/${body.id}`);
  });

  test('recovers nothing that was delivered, though it failed when it was sent again', async () => {
    const { body } = await create();
    const [event_id] = await publishRow(organization, 1);
    await settled(body.id, 1);
    const failAgain = () =>
      platform.pool.query(
        `insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status, reason,
           attempt_count, last_attempt_at, last_status, deadline_at, ended_at)
         select uuidv7(), organization_id, webhook_id, event_id, event_type, 'manual', now(), 'failed',
           'expired', 1, last_attempt_at, 500, deadline_at, now() from delivery where webhook_id = $1 and event_id = $2 and status = 'delivered'`,
        [body.id, event_id],
      );
    await failAgain();
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect(await call('POST', `/api/webhooks/${body.id}/recover`, { since })).toMatchObject({ body: { count: 0 } });
    expect((await deliveriesOf(body.id)).map(({ status }) => status)).toEqual(['failed', 'delivered']);
    await call('DELETE', `/api/webhooks/${body.id}`);
  });

  test('recovers what a 410 cancelled, once, after the webhook is enabled again', async () => {
    receiver.answerWith((response) => response.writeHead(410).end());
    const { body } = await create({ concurrency: 1 });
    const path = `/api/webhooks/${body.id}`;
    await publishRow(organization, 4);
    await settled(body.id, 4);
    expect((await call('GET', path)).body).toMatchObject({ status: 'disabled', disabled_reason: 'gone' });
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect(await call('POST', `${path}/recover`, { since })).toMatchObject({ status: 409 });
    expect(await call('POST', `${path}/recover`, { since, dry_run: true })).toMatchObject({
      status: 202,
      body: { count: 4 },
    });
    receiver.answerWith(json({}));
    await call('POST', `${path}/resume`);
    expect(await call('POST', `${path}/recover`, { since })).toMatchObject({ status: 202, body: { count: 4 } });
    await until('all are delivered', async () => (await deliveriesOf(body.id, '?status=delivered')).length === 4);
    expect(await call('POST', `${path}/recover`, { since })).toMatchObject({ body: { count: 0 } });
    await call('DELETE', path);
  });

  test('refuses a retry of an erased payload, with a word', async () => {
    const { body } = await create();
    const [eventId] = await publishRow(organization, 1);
    const [delivery] = await settled(body.id, 1);
    await call('DELETE', `/api/events/${eventId}/data`);
    const refused = await call('POST', `/api/deliveries/${delivery?.id}/retry`);
    expect(refused).toMatchObject({ status: 409, body: { message: expect.stringContaining('no longer stored') } });
    const detail = (await call('GET', `/api/deliveries/${delivery?.id}`)).body;
    expect(detail).toMatchObject({ body: null, attempts: [{ response: { body: null } }] });
    await call('DELETE', `/api/webhooks/${body.id}`);
  });

  test('is of one organization alone', async () => {
    const other = await createTestOrganization(platform);
    const otherKey = await createTestApiKey(other.scope(), ['read', 'write']);
    const { body } = await create();
    expect((await call('GET', `/api/webhooks/${body.id}`, undefined, otherKey)).status).toBe(404);
    expect((await call('GET', `/api/webhooks/${body.id}/deliveries`, undefined, otherKey)).status).toBe(404);
    expect((await call('GET', '/api/webhooks', undefined, otherKey)).body.items).toEqual([]);
    await call('DELETE', `/api/webhooks/${body.id}`);
  });
});
