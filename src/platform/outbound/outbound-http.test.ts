import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LOOPBACK_ALLOW_LIST } from '#core/net/public-address.ts';
import * as answers from '#testing/receiver-answers.ts';
import { type Answer, closedPort, type Receiver, startReceiver } from '#testing/receivers.ts';
import { until } from '#testing/until.ts';
import { createOutboundHttp, type OutboundHttp, type OutboundRequest } from './outbound-http.ts';

let receiver: Receiver;
let outbound: OutboundHttp;

beforeAll(async () => {
  receiver = await startReceiver();
  outbound = createOutboundHttp({});
});

afterEach(() => {
  receiver.requests.length = 0;
});

afterAll(async () => {
  await outbound.close();
  await receiver.close();
});

/** Posts to the receiver, which answers as told. */
function sendTo(answer: Answer, request: Partial<OutboundRequest> = {}) {
  receiver.answerWith(answer);
  return outbound.send({
    url: `${receiver.url}/webhook/secret?token=secret`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"message":"hello"}',
    allow: LOOPBACK_ALLOW_LIST,
    ...request,
  });
}

describe('a request', () => {
  test('arrives as it was given', async () => {
    await sendTo(answers.json({}), { headers: { 'content-type': 'application/json', 'x-own': 'value' } });
    expect(receiver.requests).toMatchObject([
      {
        method: 'POST',
        path: '/webhook/secret?token=secret',
        body: '{"message":"hello"}',
        headers: { host: `127.0.0.1:${receiver.port}`, 'x-own': 'value', 'content-length': '19' },
      },
    ]);
  });

  test('goes over a connection that is open already, one after the other', async () => {
    const before = receiver.connections();
    for (let count = 0; count < 5; count += 1) await sendTo(answers.json({ count }));
    expect(receiver.connections() - before).toBeLessThanOrEqual(1);
    expect(receiver.requests).toHaveLength(5);
  });

  test("that HTTP does not allow is the caller's mistake, and throws", async () => {
    await expect(sendTo(answers.json({}), { headers: { 'x-own': 'a\r\nb: c' } })).rejects.toThrow(
      'invalid x-own header',
    );
    expect(receiver.requests).toHaveLength(0);
  });
});

describe('any answer is handed back', () => {
  test('200 with JSON', async () => {
    const result = await sendTo(answers.json({ id: 1 }));
    expect(result).toEqual({
      ok: true,
      status: 200,
      headers: expect.arrayContaining([['content-type', 'application/json']]),
      body: Buffer.from('{"id":1}'),
      duration_ms: expect.any(Number),
      timings: {
        dns_ms: expect.any(Number),
        connect_ms: expect.any(Number),
        tls_ms: null,
        first_byte_ms: expect.any(Number),
      },
      remote_address: '127.0.0.1',
    });
    expect(Number.isInteger(result.duration_ms)).toBe(true);
  });

  test('and says that a connection that was there needed none', async () => {
    await sendTo(answers.json({}));
    const { timings } = await sendTo(answers.json({}));
    expect(timings).toMatchObject({ connect_ms: null, tls_ms: null, first_byte_ms: expect.any(Number) });
  });

  test('200 with text', async () => {
    const result = await sendTo(answers.text('grüße'));
    expect(result).toMatchObject({ ok: true, status: 200 });
    expect(result.body?.toString()).toBe('grüße');
  });

  test('204 without a body', async () => {
    const result = await sendTo(answers.noContent);
    expect(result).toMatchObject({ ok: true, status: 204 });
    expect(result.body).toHaveLength(0);
  });

  test.each([404, 410, 429, 500, 503])('%i with a body', async (status) => {
    const result = await sendTo(answers.text('no', status));
    expect(result).toMatchObject({ ok: true, status });
    expect(result.body?.toString()).toBe('no');
  });

  test.each([301, 302, 303, 307, 308])('%i with its location, which is not followed', async (status) => {
    const result = await sendTo(answers.redirect('/elsewhere', status));
    expect(result).toMatchObject({ ok: true, status });
    expect(result.headers).toContainEqual(['location', '/elsewhere']);
    expect(receiver.requests).toHaveLength(1);
  });

  test('with a header that comes twice', async () => {
    const result = await sendTo((response) => {
      response
        .writeHead(
          200,
          [
            ['Set-Cookie', 'a=1'],
            ['Set-Cookie', 'b=2'],
          ].flat(),
        )
        .end();
    });
    expect(result.headers?.filter(([name]) => name === 'set-cookie')).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
  });

  test('after an interim answer', async () => {
    const result = await sendTo((response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(201).end('made');
    });
    expect(result).toMatchObject({ ok: true, status: 201 });
    expect(result.body?.toString()).toBe('made');
  });
});

describe('a body that is encoded is handed back decoded', () => {
  const plain = Buffer.from('honey '.repeat(5000));
  test.each([
    ['gzip', gzipSync(plain)],
    ['GZIP', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['identity', plain],
    ['unheard-of', plain],
  ])('%s', async (encoding, body) => {
    const result = await sendTo(answers.encoded(encoding, body));
    expect(result).toMatchObject({ ok: true, status: 200 });
    expect(result.body?.equals(plain)).toBe(true);
  });

  test('even when it is empty', async () => {
    const result = await sendTo(answers.encoded('gzip', Buffer.alloc(0)));
    expect(result).toMatchObject({ ok: true, status: 200 });
    expect(result.body).toHaveLength(0);
  });

  test.each([
    ['not what it says', Buffer.from('plain text, not gzip')],
    ['cut short', gzipSync(plain).subarray(0, 20)],
  ])('unless it is %s', async (_what, body) => {
    const result = await sendTo(answers.encoded('gzip', body));
    expect(result).toMatchObject({ ok: false, status: 200, error: { code: 'invalid_response' } });
  });
});

describe('what goes wrong is a result with a code', () => {
  test.each<[string, Answer, string, Partial<OutboundRequest>, number | null]>([
    ['a reset in the middle of the body', answers.resetMidBody, 'connection_reset', {}, 200],
    ['an end in the middle of the body', answers.closeMidBody, 'connection_reset', {}, 200],
    ['an end in the middle of the chunks', answers.closeMidChunks, 'connection_reset', {}, 200],
    ['chunks that are none', answers.badChunks, 'invalid_response', {}, 200],
    ['an upgrade that nobody asked for', answers.upgrade, 'invalid_response', {}, null],
    ['an end instead of an answer', answers.hangUp, 'connection_reset', {}, null],
    ['bytes that are no HTTP', answers.garbage, 'invalid_response', {}, null],
    ['headers without end', answers.hugeHeaders, 'invalid_response', {}, null],
    ['no answer', answers.silence, 'timeout', { totalTimeoutMs: 150 }, null],
    ['no headers in time', answers.silence, 'timeout', { headersTimeoutMs: 150 }, null],
    ['a body that drips past the limit', answers.slowDrip(), 'timeout', { totalTimeoutMs: 1000 }, 200],
    ['a body without end', answers.flood, 'response_too_large', {}, 200],
    ['a body over the cap', answers.text('x'.repeat(1001)), 'response_too_large', { maxBodyBytes: 1000 }, 200],
    ['a small body that unpacks to a gigabyte', answers.gzipBomb, 'response_too_large', {}, 200],
  ])('%s', async (_what, answer, code, limits, status) => {
    const result = await sendTo(answer, limits);
    expect(result).toMatchObject({ ok: false, status, error: { code } });
    const message = result.ok ? '' : result.error.message;
    expect(message).toContain(`127.0.0.1:${receiver.port}`);
    expect(message).not.toMatch(/secret|token/);
    expect(message).toMatch(/^[A-Z0-9].*[.:] .*\.$/);
  });

  test('a closed port', async () => {
    const port = await closedPort();
    const result = await sendTo(answers.json({}), { url: `http://127.0.0.1:${port}/secret` });
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'connection_refused' } });
    expect(result).not.toHaveProperty('body');
    expect(result.ok ? '' : result.error.message).toBe(
      `127.0.0.1:${port} refused the connection. Check the host and the port, and that the service there is running.`,
    );
  });

  test('the total limit, also when it is shorter than the limit to connect', async () => {
    const result = await sendTo(answers.silence, { connectTimeoutMs: 5000, totalTimeoutMs: 100 });
    expect(result.ok ? '' : result.error.message).toContain('within 0.1 s');
  });

  test('a limit after which this process stood still, which holds once what arrived can have been read', async () => {
    const sending = sendTo(answers.silence, { headersTimeoutMs: 100, totalTimeoutMs: 20_000 });
    await until('the request has arrived', () => receiver.requests.length > 0);
    const wakesAt = performance.now() + 300;
    while (performance.now() < wakesAt);
    const result = await sending;
    expect(result.ok ? '' : result.error.message).toContain('did not answer within 0.1 s');
  });
});

describe('of an answer that does not end well', () => {
  test('what was read is handed back', async () => {
    const result = await sendTo(answers.resetMidBody);
    expect(result.body?.toString()).toBe('hello');
    expect(result.headers).toContainEqual(['content-length', '10']);
  });

  test('no more than the cap is kept, also when it was packed', async () => {
    const flooded = await sendTo(answers.flood);
    expect(flooded.body).toHaveLength(1024 * 1024);
    const bombed = await sendTo(answers.gzipBomb, { maxBodyBytes: 1000 });
    expect(bombed.body).toHaveLength(1000);
  });

  test('a body of exactly the cap is no failure', async () => {
    const result = await sendTo(answers.text('x'.repeat(1000)), { maxBodyBytes: 1000 });
    expect(result).toMatchObject({ ok: true });
    expect(result.body).toHaveLength(1000);
  });

  test('the connection is closed, and the next send works', async () => {
    await using misbehaving = await startReceiver(answers.flood);
    const send = () =>
      outbound.send({ url: misbehaving.url, method: 'GET', allow: LOOPBACK_ALLOW_LIST, totalTimeoutMs: 10_000 });
    expect(await send()).toMatchObject({ ok: false });
    await expect.poll(() => misbehaving.openConnections(), { timeout: 5000 }).toBe(0);
    misbehaving.answerWith(answers.json({}));
    expect(await send()).toMatchObject({ ok: true });
  });
});

test('closing ends what is under way, and says so', async () => {
  await using slow = await startReceiver(answers.silence);
  const own = createOutboundHttp({});
  const sending = own.send({ url: slow.url, method: 'GET', allow: LOOPBACK_ALLOW_LIST });
  await expect.poll(() => slow.requests.length, { timeout: 5000 }).toBe(1);
  await own.close();
  expect(await sending).toMatchObject({ ok: false, status: null, error: { code: 'connection_reset' } });
});
