import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllowList } from '#core/net/public-address.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import type { Scope } from '#platform/scope.ts';
import { makeCertificate } from '#testing/certificate.ts';
import {
  closeMidBody,
  flood,
  garbage,
  gzipBomb,
  hangUp,
  json,
  noContent,
  redirect,
  resetMidBody,
  silence,
  slowDrip,
  text,
} from '#testing/receiver-answers.ts';
import { type Answer, closedPort, type Receiver, startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { listSends } from './list-sends.ts';
import { sendThroughConnector } from './send-through-connector.ts';
import { updateConnector } from './update-connector.ts';

const PATH = '/webhook/team/abc123';
const message = { message: 'Customer X just signed up', metadata: { customer_id: 42 } };

let platform: OpenPlatform;
let organization: TestOrganization;
let receiver: Receiver;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await platform.close();
});

/** The same way out with less patience: the real limits are half a minute. */
const impatient = (totalTimeoutMs: number): Partial<Scope> => ({
  platform: {
    ...platform,
    outbound: { ...platform.outbound, send: (request) => platform.outbound.send({ ...request, totalTimeoutMs }) },
  },
});

const sendTo = async (url: string, given: Partial<Scope> = {}) => {
  const id = await organization.connectorId(url);
  return { id, result: await sendThroughConnector(organization.scope(given), id, message, 'test') };
};

/** What came of a send to the receiver, while it answers like this; it must have been asked exactly once. */
async function resultOf(answer: Answer, given: Partial<Scope> = {}) {
  receiver.answerWith(answer);
  const before = receiver.requests.length;
  const { id, result } = await sendTo(`${receiver.url}${PATH}`, given);
  expect(receiver.requests.length - before).toBe(1);
  return { id, result, logged: await lastSend(id) };
}

async function lastSend(id: string) {
  const { items } = await listSends(organization.scope(), { id, limit: 2 });
  expect(items).toHaveLength(1);
  return items[0];
}

const sent = { duration_ms: expect.any(Number), send_id: expect.stringMatching(/^[0-9a-f-]{36}$/) };
const failed = (code: string, words: RegExp) => ({ code, message: expect.stringMatching(words) });

describe('what is sent', () => {
  test('is one POST of the message and its metadata, as JSON', async () => {
    await resultOf(json({ ok: true }));
    const request = receiver.requests.at(-1);
    expect(request).toMatchObject({ method: 'POST', path: PATH, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(request?.body ?? '')).toEqual(message);
  });

  test('goes without metadata when none is given', async () => {
    const id = await organization.connectorId(`${receiver.url}${PATH}`);
    await sendThroughConnector(organization.scope(), id, { message: 'hello' }, 'api');
    expect(receiver.requests.at(-1)?.body).toBe('{"message":"hello"}');
  });

  test.each<[string, unknown, string]>([
    ['no message', {}, 'message'],
    ['an empty message', { message: '' }, 'message'],
    ['a message that is no text', { message: 1 }, 'message'],
    ['a message of 100,001 characters', { message: 'x'.repeat(100_001) }, 'message'],
    ['metadata that is a list', { message: 'hello', metadata: [1] }, 'metadata'],
    ['metadata that is a text', { message: 'hello', metadata: '{}' }, 'metadata'],
    ['an unknown field', { message: 'hello', colour: 'red' }, 'colour'],
  ])('is nothing for %s: the field is named', async (_, input, field) => {
    const id = await organization.connectorId(`${receiver.url}${PATH}`);
    const before = receiver.requests.length;
    await expect(sendThroughConnector(organization.scope(), id, input, 'test')).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: [field] }],
    });
    expect(receiver.requests).toHaveLength(before);
    expect((await listSends(organization.scope(), { id, limit: 1 })).items).toEqual([]);
  });

  test('is nothing through another organization’s connector', async () => {
    const other = await createTestOrganization(platform);
    const id = await other.connectorId(`${receiver.url}${PATH}`);
    const before = receiver.requests.length;
    await expect(sendThroughConnector(organization.scope(), id, message, 'test')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(receiver.requests).toHaveLength(before);
  });
});

describe('the result of a send', () => {
  test.each<[string, Answer, unknown, number]>([
    ['JSON as a value', json({ received: true, list: [1, null, 'a'] }), { received: true, list: [1, null, 'a'] }, 200],
    ['another 2xx', json({ queued: 1 }, 202), { queued: 1 }, 202],
    ['text as text', text('Workflow was started – ✓'), 'Workflow was started – ✓', 200],
    ['text that looks like JSON, as text', text('{"a":1}'), '{"a":1}', 200],
    [
      'JSON that is broken, as text',
      (response) => response.setHeader('content-type', 'application/json').end('{"a":'),
      '{"a":',
      200,
    ],
    [
      'problem+json as a value',
      (response) => response.setHeader('content-type', 'application/problem+json').end('[1]'),
      [1],
      200,
    ],
    ['nothing as null', noContent, null, 204],
  ])('of a 2xx is ok, with %s', async (_, answer, body, status) => {
    const { result } = await resultOf(answer);
    expect(result).toEqual({ ok: true, status, body, ...sent });
  });

  test.each<[string, Answer, unknown, number, RegExp]>([
    [
      '404',
      json({ message: 'not registered' }, 404),
      { message: 'not registered' },
      404,
      /^127\.0\.0\.1:\d+ answered 404\. Check the webhook URL, and that the workflow is active\.$/,
    ],
    [
      '500 with a body',
      text('Error in workflow', 500),
      'Error in workflow',
      500,
      /answered 500\. The failure is on its side: check its log\.$/,
    ],
    [
      '401',
      json({}, 401),
      {},
      401,
      /answered 401\. Its webhook requires credentials, and this connector sends none besides the URL\./,
    ],
    ['403', json({}, 403), {}, 403, /answered 403\. Check the credentials .* and the IP addresses that it allows/],
    ['404', json({}, 404), {}, 404, /answered 404\. Check the webhook URL, and that the workflow is active\.$/],
    ['502', text('', 502), null, 502, /answered 502\. Its proxy got no response/],
    ['503', text('', 503), null, 503, /answered 503\. It is unavailable/],
    ['418', text('', 418), null, 418, /answered 418\. Compare the request with what that service expects\.$/],
  ])('of a %s is the other side’s refusal, with its body', async (_, answer, body, status, words) => {
    const { result } = await resultOf(answer);
    expect(result).toEqual({ ok: false, status, body, error: failed('http_error', words), ...sent });
  });

  test('of a 404 at a test URL of n8n names the production URL', async () => {
    receiver.answerWith(json({ code: 404, message: 'The requested webhook "abc123" is not registered.' }, 404));
    const { result } = await sendTo(`${receiver.url}/webhook-test/abc123`);
    expect(result).toMatchObject({
      ok: false,
      error: failed('http_error', /"Listen for test event".* Set the production URL, and activate the workflow\.$/),
    });
  });

  test.each([301, 302, 303, 307, 308])(
    'of a redirect (%i) is a refusal: it is not followed, not even to ourselves',
    async (status) => {
      const { result } = await resultOf(redirect(`${receiver.url}/elsewhere`, status));
      expect(result).toMatchObject({
        ok: false,
        status,
        error: failed('http_error', /a redirect\. Redirects are not followed/),
      });
    },
  );

  test('of a redirect to a private address is the same', async () => {
    const { result } = await resultOf(redirect('http://169.254.169.254/latest/meta-data'));
    expect(result).toMatchObject({ ok: false, status: 302, error: { code: 'http_error' } });
  });

  test.each<[string, Answer, string, number | null, unknown]>([
    ['a reset in the middle of the body', resetMidBody, 'connection_reset', 200, 'hello'],
    ['an end in the middle of the body', closeMidBody, 'connection_reset', 200, 'hello'],
    ['an end without a word', hangUp, 'connection_reset', null, null],
    ['what is not HTTP', garbage, 'invalid_response', null, null],
  ])('of %s is a failure that says what was read', async (_, answer, code, status, body) => {
    const { result } = await resultOf(answer);
    expect(result).toEqual({ ok: false, status, body, error: failed(code, /^127\.0\.0\.1:\d+ /), ...sent });
  });

  test('of a body that drips past the limit is a timeout', async () => {
    const { result } = await resultOf(slowDrip(), impatient(1500));
    expect(result).toMatchObject({ ok: false, status: 200, error: { code: 'timeout' }, ...sent });
    expect(result.body).toMatch(/^\.+$/);
  });

  test('of no answer at all is a timeout', async () => {
    const { result } = await resultOf(silence, impatient(400));
    expect(result).toMatchObject({ ok: false, status: null, body: null, error: { code: 'timeout' } });
  });

  test.each([
    ['of a body without end', flood],
    ['of a small body that unpacks to a gigabyte of zeros', gzipBomb],
  ])('%s says that it is too large', async (_, answer) => {
    const { result, logged } = await resultOf(answer);
    expect(result).toMatchObject({ ok: false, status: 200, error: { code: 'response_too_large' } });
    if (answer === gzipBomb) expect(result.body).toMatchObject({ binary: true, size_bytes: 1024 * 1024 });
    else expect(result.body).toHaveLength(1024 * 1024);
    expect(logged?.response?.truncated).toBe(true);
  });

  test('of a closed port is a refused connection', async () => {
    const { id, result } = await sendTo(`http://127.0.0.1:${await closedPort()}${PATH}`);
    expect(result).toEqual({
      ok: false,
      status: null,
      body: null,
      error: failed('connection_refused', /refused/),
      ...sent,
    });
    expect(await lastSend(id)).toMatchObject({ ok: false, response: null, request: { method: 'POST' } });
  });

  test('of an unknown name is a DNS error', async () => {
    const { result } = await sendTo(`https://nowhere.invalid${PATH}`);
    expect(result).toEqual({
      ok: false,
      status: null,
      body: null,
      error: failed('dns_error', /^The host name nowhere\.invalid /),
      ...sent,
    });
  });

  test('of a bad certificate is a TLS error, and nothing is sent', async () => {
    await using secure = await startReceiver(json({}), { certificate: makeCertificate(['127.0.0.1']) });
    const { result } = await sendTo(`${secure.url}${PATH}`);
    expect(result).toEqual({ ok: false, status: null, body: null, error: failed('tls_error', /self-signed/), ...sent });
    expect(secure.requests).toEqual([]);
  });

  test('of a blocked address says which rule blocked it, and nothing is sent', async () => {
    const nothing = parseAllowList('');
    if (!nothing.ok) throw new Error('An empty list is a list.');
    const before = receiver.connections();
    const { id, result } = await sendTo(`${receiver.url}${PATH}`, { egressAllow: nothing.allow });
    expect(result).toEqual({
      ok: false,
      status: null,
      body: null,
      error: failed('blocked_address', /^127\.0\.0\.1 is loopback \(127\.0\.0\.0\/8\)/),
      ...sent,
    });
    expect(receiver.connections()).toBe(before);
    expect(await lastSend(id)).toMatchObject({ error: { code: 'blocked_address' }, response: null });
  });

  test('of a disabled connector says so, and nothing is sent', async () => {
    const id = await organization.connectorId(`${receiver.url}${PATH}`);
    const { name } = await updateConnector(organization.scope(), { id, enabled: false });
    const before = receiver.requests.length;
    expect(await sendThroughConnector(organization.scope(), id, message, 'agent')).toEqual({
      ok: false,
      status: null,
      body: null,
      error: { code: 'disabled', message: `The connector "${name}" is disabled. Enable it, then send again.` },
      duration_ms: 0,
      send_id: expect.any(String),
    });
    expect(receiver.requests).toHaveLength(before);
    expect(await lastSend(id)).toMatchObject({ ok: false, error: { code: 'disabled' }, request: null, response: null });
  });

  test('is known for every one of many at once, each through its own connector', async () => {
    receiver.answerWith((response, request) => json(JSON.parse(request.body))(response, request));
    const ids = await Promise.all(Array.from({ length: 8 }, () => organization.connectorId(`${receiver.url}${PATH}`)));
    const results = await Promise.all(
      ids.map((id) => sendThroughConnector(organization.scope(), id, { message: id }, 'api')),
    );
    expect(results.map(({ body }) => body)).toEqual(ids.map((id) => ({ message: id })));
  });
});

test('a send that did not arrive is an event, without the credential', async () => {
  const { id, result } = await resultOf(text('No', 500));
  const [event] = await platform.database.event.findMany({
    where: { organization_id: organization.id, event_type: 'connector.failed' },
    orderBy: { id: 'desc' },
    take: 1,
  });
  expect(JSON.parse(event?.body ?? '')).toMatchObject({
    type: 'connector.failed',
    data: { connector_id: id, send_id: result.send_id, status: 500, error: { code: 'http_error' } },
  });
  expect(event).toMatchObject({ origin: 'system', actor_type: 'system' });
  expect(event?.body).not.toContain('abc123');
});
