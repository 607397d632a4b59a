import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { portOf } from '#testing/receivers.ts';
import { until } from '#testing/until.ts';
import { fetchListener } from './fetch-listener.ts';

const PIECE = new Uint8Array(64 * 1024);
const PIECES = 2_000;

const seen = {
  made: 0,
  cancelled: 0,
  aborted: 0,
  uploaded: [] as string[],
  broken: [] as unknown[],
  unread: [] as unknown[],
  piece: Promise.withResolvers<void>(),
};
let server: ReturnType<typeof createServer>;

const answers: Record<string, (request: Request) => Response | Promise<Response>> = {
  '/headers': ({ headers }) => Response.json({ given: headers.get('x-given'), copied: [...new Headers(headers)] }),
  '/large': () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          seen.made += 1;
          controller.enqueue(PIECE);
          if (seen.made === PIECES) controller.close();
        },
        cancel() {
          seen.cancelled += 1;
        },
      }),
    ),
  '/waiting': ({ signal }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        seen.aborted += 1;
        resolve(new Response(null));
      });
    }),
  '/upload': async (request) => {
    try {
      let bytes = 0;
      for await (const piece of request.body ?? []) bytes += piece.length;
      seen.uploaded.push(`${bytes} bytes`);
    } catch {
      seen.uploaded.push('broke off');
    }
    return new Response(null, { status: 204 });
  },
  '/breaks': () => {
    let pieces = 0;
    return new Response(
      new ReadableStream({
        async pull(controller) {
          pieces += 1;
          if (pieces === 1) controller.enqueue(new TextEncoder().encode('a piece'));
          else await seen.piece.promise.then(() => controller.error(new Error('The inside of the console.')));
        },
      }),
    );
  },
  '/tracked': async ({ signal, url }) => {
    if (url.endsWith('?late')) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return new Response(new ReadableStream({ cancel: () => void seen.unread.push(url.split('/tracked')[1]) }));
  },
  '/refused': () => Response.json({ why: 'too large' }, { status: 413, headers: { connection: 'keep-alive' } }),
  '/host': ({ url }) => new Response(`asked for ${new URL(url).pathname}`),
  '/copied': async (request) => new Response(await new Request(request).text()),
};

beforeAll(async () => {
  const listener = fetchListener(
    async (request) => answers[new URL(request.url).pathname]?.(request) ?? new Response(null, { status: 404 }),
    (error) => void seen.broken.push(error),
  );
  server = createServer((incoming, outgoing) => {
    incoming.headers['x-given'] = 'by us';
    listener(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function send(asked: string): Promise<{ socket: Socket; text: () => string; isClosed: () => boolean }> {
  const socket = connect(portOf(server), '127.0.0.1');
  let [text, isClosed] = ['', false];
  socket.setEncoding('latin1').on('data', (more: string) => {
    text += more;
  });
  socket.on('error', () => {});
  socket.once('close', () => {
    isClosed = true;
  });
  await once(socket, 'connect');
  socket.write(asked);
  return {
    socket,
    text: () => text,
    isClosed: () => isClosed,
  };
}

const request = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, 'Host: localhost', ...headers].join('\r\n')}\r\n\r\n`;

test('a handler sees the headers as listeners before it left them, also in a copy', async () => {
  const { text, socket } = await send(request('GET /headers', 'X-Given: by the client', 'Cookie: a=1', 'Cookie: b=2'));
  await until('the answer', () => text().endsWith('0\r\n\r\n'));
  expect(text()).toContain('"given":"by us"');
  expect(text()).toContain('["x-given","by us"]');
  expect(text()).toContain('["cookie","a=1; b=2"]');
  expect(text()).not.toContain('by the client');
  socket.destroy();
});

test('a request can be copied as any other of Fetch', async () => {
  const { text, socket } = await send(`${request('POST /copied', 'Content-Length: 5')}given`);
  await until('the answer', () => text().includes('given\r\n'));
  socket.destroy();
});

test('an answer is made no faster than its client reads, and no further once they left', async () => {
  const { socket } = await send(request('GET /large'));
  socket.pause();
  const first = await until('it fills what there is to fill', async () => {
    const before = seen.made;
    await fetch(`http://127.0.0.1:${portOf(server)}/headers`);
    return before > 0 && seen.made === before ? before : undefined;
  });
  expect(first).toBeLessThan(PIECES / 4);
  socket.destroy();
  await until('the rest is not made', () => seen.cancelled === 1);
});

test('a client that leaves aborts the signal of its request', async () => {
  const { socket } = await send(request('GET /waiting'));
  await fetch(`http://127.0.0.1:${portOf(server)}/headers`);
  socket.destroy();
  await until('the signal', () => seen.aborted === 1);
});

test('a body that does not come whole fails its reader', async () => {
  const { socket } = await send(`${request('POST /upload', 'Content-Length: 1000')}some of it`);
  await fetch(`http://127.0.0.1:${portOf(server)}/headers`);
  socket.destroy();
  await until('it failed', () => seen.uploaded[0] === 'broke off');
});

test('an answer that breaks off is cut, says nothing of the inside, and is told to us', async () => {
  const { text, isClosed } = await send(request('GET /breaks'));
  await until('its first piece', () => text().includes('a piece'));
  seen.piece.resolve();
  await until('it is cut', isClosed);
  expect(text()).not.toContain('inside');
  expect(text()).not.toMatch(/\r\n0\r\n\r\n$/);
  expect(seen.broken).toEqual([new Error('The inside of the console.')]);
});

test('an answer that nobody reads is not made: to HEAD, or to a client that left before it came', async () => {
  const head = await send(request('HEAD /tracked'));
  await until('the answer', () => head.text().includes('200 OK'));
  const late = await send(request('GET /tracked?late'));
  await fetch(`http://127.0.0.1:${portOf(server)}/headers`);
  late.socket.destroy();
  await until('both are given up', () => seen.unread.length === 2);
  expect(seen.unread).toEqual(['', '?late']);
  head.socket.destroy();
});

test('a client that sends all of a body that is refused still reads why, and the connection ends with it', async () => {
  const { socket, text, isClosed } = await send(request('POST /refused', 'Content-Length: 100000000'));
  // As clients do that read nothing before all is sent.
  socket.pause();
  const piece = Buffer.alloc(1_000_000);
  for (let sent = 0; sent < 20; sent += 1) if (!socket.write(piece)) await once(socket, 'drain');
  socket.resume();
  await until('it is closed', isClosed);
  expect(text()).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
  expect(text()).toMatch(/\r\nconnection: close\r\n/i);
  expect(text()).toContain('{"why":"too large"}');
});

test('a connection goes on after a body that was refused and came whole', async () => {
  const { socket, text } = await send(
    [10, 1_000].map((size) => request('POST /refused', `Content-Length: ${size}`) + 'x'.repeat(size)).join('') +
      request('GET /host'),
  );
  await until('the last answer', () => text().includes('asked for /host'));
  expect(text().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 413', 'HTTP/1.1 200']);
  socket.destroy();
});

test('a client that never stops sending a body that was refused is cut off', async () => {
  const own = createServer(
    fetchListener(
      async () => new Response(null, { status: 413 }),
      () => {},
      10,
    ),
  );
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  const socket = connect({ port: portOf(own), host: '127.0.0.1', allowHalfOpen: true });
  let isClosed = false;
  socket
    .on('error', () => {})
    .once('close', () => {
      isClosed = true;
    });
  socket.resume().write(request('POST /', 'Transfer-Encoding: chunked'));
  await until('it is cut off', () => {
    socket.write('1\r\nx\r\n');
    return isClosed;
  });
  own.close();
});

test('a request without a host, or with an empty one, is asked for its path', async () => {
  for (const asked of ['GET /host HTTP/1.0\r\n\r\n', 'GET /host HTTP/1.1\r\nHost:\r\n\r\n']) {
    const { socket, text } = await send(asked);
    await until('the answer', () => text().includes('asked for /host'));
    socket.destroy();
  }
});
