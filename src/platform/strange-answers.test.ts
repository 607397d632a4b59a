import { createServer } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { LOOPBACK_ALLOW_LIST } from '#core/net/public-address.ts';
import { createOutboundHttp, type OutboundHttp } from './outbound/outbound-http.ts';

let outbound: OutboundHttp;
beforeAll(() => {
  outbound = createOutboundHttp({});
});
afterAll(() => outbound.close());

/** A server that writes these parts after each request, bytes as they are, and ends the connection after them if told. */
async function rawServer(parts: readonly (string | Buffer)[], { ends = true } = {}) {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.setNoDelay(true).on('error', () => {});
    const answer = async () => {
      for (const part of parts) {
        await new Promise<void>((resolve) => {
          socket.write(part, () => setImmediate(resolve));
        });
      }
      if (ends) socket.end();
    };
    // The head and the body of a request may come one after the other.
    socket.on('data', (chunk) => {
      if (chunk.toString().endsWith('{}')) void answer();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server has a port.');
  const send = () =>
    outbound.send({
      url: `http://127.0.0.1:${address.port}/`,
      method: 'POST',
      body: '{}',
      allow: LOOPBACK_ALLOW_LIST,
      totalTimeoutMs: 5_000,
    });
  return { send, connections: () => connections };
}

const sendTo = async (...parts: (string | Buffer)[]) => (await rawServer(parts)).send();

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const chunked = (...fields: string[]) =>
  `HTTP/1.1 200 OK\r\n${fields.map((field) => `${field}\r\n`).join('')}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`;

describe('informational responses are skipped', () => {
  test.each<[string, string[]]>([
    ['100', [CONTINUE, OK]],
    ['100 in one part with the answer', [CONTINUE + OK]],
    ['100 twice, with fields', [`HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n${CONTINUE}${OK}`]],
    ['100 byte by byte', (CONTINUE + OK).split('')],
    ['100 without a reason', ['HTTP/1.1 100\r\n\r\n', OK]],
    ['102', ['HTTP/1.1 102 Processing\r\n\r\n', OK]],
    ['103, and 100 before it', [`${CONTINUE}HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`]],
    ['199', ['HTTP/1.1 199 Unknown\r\n\r\n', OK]],
  ])('%s', async (_, parts) => {
    const result = await sendTo(...parts);
    expect(result).toMatchObject({ ok: true, status: 200, headers: [['content-length', '2']] });
    expect(result.body?.toString()).toBe('ok');
  });

  test('on each request of a kept-alive connection', async () => {
    const { send, connections } = await rawServer([CONTINUE + OK], { ends: false });
    for (let count = 0; count < 3; count += 1) expect((await send()).body?.toString()).toBe('ok');
    expect(connections()).toBeLessThan(3);
  });

  test('and a body that looks like one is a body', async () => {
    const body = 'HTTP/1.1 100 Continue\r\n\r\n!';
    const result = await sendTo(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`, body);
    expect(result.body?.toString()).toBe(body);
  });

  test('101 is a switch of protocols that nobody asked for, and an error', async () => {
    expect(await sendTo('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n')).toMatchObject(
      {
        ok: false,
        status: null,
        error: { code: 'invalid_response' },
      },
    );
  });
});

describe('an answer whose length is not certain is refused, and the error names why', () => {
  test.each<[string, string, RegExp]>([
    [
      'two Content-Lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nokxxx',
      /2 Content-Length headers \("2", "5"\)/,
    ],
    [
      'two that are equal',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nok',
      /2 Content-Length headers \("2", "2"\)/,
    ],
    ['a list in one', 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok', /the Content-Length "2, 2"/],
    ['no number', 'HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nok', /the Content-Length "abc"/],
    ['a negative one', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok', /the Content-Length "-1"/],
    [
      'one beyond all numbers',
      `HTTP/1.1 200 OK\r\nContent-Length: ${'9'.repeat(40)}\r\n\r\nok`,
      /the Content-Length "9{30}"/,
    ],
    [
      'Content-Length before Transfer-Encoding',
      chunked('Content-Length: 5'),
      /both Content-Length and Transfer-Encoding/,
    ],
    [
      'Content-Length after Transfer-Encoding',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      /both Content-Length and Transfer-Encoding/,
    ],
  ])('%s', async (_, answer, message) => {
    expect(await sendTo(answer)).toMatchObject({
      ok: false,
      status: null,
      error: { code: 'invalid_response', message: expect.stringMatching(message) },
    });
  });

  test('but what is not HTTP at all is still called that', async () => {
    expect(await sendTo('SSH-2.0-OpenSSH_9.6\r\n')).toMatchObject({
      error: { code: 'invalid_response', message: expect.stringContaining('not HTTP') },
    });
  });
});

describe('a body is what the length says', () => {
  test('what follows it is nobody’s', async () => {
    const result = await sendTo('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more');
    expect(result).toMatchObject({ ok: true, status: 200 });
    expect(result.body?.toString()).toBe('ok');
  });

  test.each([
    ['a Content-Length', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok'],
  ])('one that ends before %s do is cut, and what came is kept', async (_, answer) => {
    const result = await sendTo(answer);
    expect(result).toMatchObject({ ok: false, status: 200, error: { code: 'connection_reset' } });
    expect(result.body?.toString()).toBe('ok');
  });

  test.each([
    ['204', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok'],
    ['204 in chunks', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok'],
  ])('%s has none, whatever follows (RFC 9112, section 6.3)', async (_, answer) => {
    const result = await sendTo(answer);
    expect(result).toMatchObject({ ok: true });
    expect(result.body).toHaveLength(0);
  });
});

describe('a content encoding', () => {
  const encoded = (body: Buffer, ...fields: string[]) => [
    `HTTP/1.1 200 OK\r\n${fields.map((field) => `${field}\r\n`).join('')}Content-Length: ${body.length}\r\n\r\n`,
    body,
  ];

  test.each<[string, Buffer, string[]]>([
    ['over another, in one field', brotliCompressSync(gzipSync('hello')), ['Content-Encoding: gzip, br']],
    [
      'over another, in two fields',
      gzipSync(deflateSync('hello')),
      ['Content-Encoding: deflate', 'Content-Encoding: gzip'],
    ],
    ['with identity', gzipSync('hello'), ['Content-Encoding: identity, GZIP']],
    ['of an empty body', Buffer.alloc(0), ['Content-Encoding: gzip']],
    ['that nobody knows', Buffer.from('hello'), ['Content-Encoding: compress']],
    ['four times over', Buffer.from('hello'), ['Content-Encoding: gzip, gzip, gzip, gzip']],
  ])('%s', async (_, body, fields) => {
    const result = await sendTo(...encoded(body, ...fields));
    expect(result).toMatchObject({ ok: true, status: 200 });
    expect(result.body?.toString()).toBe(body.length === 0 ? '' : 'hello');
  });

  test.each<[string, Buffer, string]>([
    ['broken', Buffer.from('hello'), 'gzip'],
    ['ended early', gzipSync('hello'.repeat(100)).subarray(0, 20), 'gzip'],
    ['broken within another', gzipSync('hello'), 'gzip, gzip'],
  ])('that is %s is an error that names it', async (_, body, encoding) => {
    expect(await sendTo(...encoded(body, `Content-Encoding: ${encoding}`))).toMatchObject({
      ok: false,
      status: 200,
      error: { code: 'invalid_response', message: expect.stringContaining(`is not valid ${encoding}`) },
    });
  });

  test('a bomb within another encoding costs no more than the cap', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    const result = await sendTo(...encoded(bomb, 'Content-Encoding: gzip, gzip'));
    expect(result).toMatchObject({ ok: false, status: 200, error: { code: 'response_too_large' } });
    expect(result.body).toHaveLength(1024 * 1024);
  });
});

test.each<[string, Buffer, string]>([
  ['UTF-8', Buffer.from('Café €'), 'Café €'],
  ['Latin-1', Buffer.from('Café', 'latin1'), 'Café'],
  ['neither', Buffer.from([0x43, 0x80, 0xff]), 'C\u0080\u00ff'],
])('a header value in %s comes as it was meant, every byte of it', async (_, value, expected) => {
  const result = await sendTo(
    Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nX-Name: '), value, Buffer.from('\r\nContent-Length: 0\r\n\r\n')]),
  );
  expect(result.headers?.[0]).toEqual(['x-name', expected]);
});
