import { createServer, type IncomingMessage, request } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { portOf } from '#testing/receivers.ts';
import { refuseMalformed } from './malformed-requests.ts';

let port: number;

beforeAll(async () => {
  const server = createServer(refuseMalformed(({ url }, response) => void response.end(url)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = portOf(server);
  return () => void server.close();
});

const ask = (method: string, path: string, host = 'localhost') =>
  new Promise<{ status: number | undefined; allow: string | undefined; text: string }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers: { host } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('end', () => resolve({ status: answer.statusCode, allow: answer.headers.allow, text }));
    });
    asked.once('error', reject).end();
  });

test.each(['TRACE', 'PROPFIND', 'PURGE'])(
  'the method %s, on which Next fails, is refused with those there are',
  async (method) => {
    const { status, allow, text } = await ask(method, '/api/connectors');
    expect([status, JSON.parse(text).code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(allow).toBe('GET, POST');
  },
);

test.each([
  '/api/connectors/%',
  '/api/connectors/%ff',
  '/connectors/%E0%A4%A',
  '*',
  '/api/connectors#a',
  '/api/events?a#b',
])('the path %s, which cannot be read, is a bad request', async (path) => {
  const { status, text } = await ask('GET', path);
  expect(status).toBe(400);
  expect(JSON.parse(text)).toEqual({ code: 'VALIDATION', message: expect.any(String), issues: [] });
});

test.each(['127.0.0.1:99999', '[', 'a b', 'localhost@evil.example', 'localhost/x'])(
  'the Host %s, which no URL can hold, is a bad request',
  async (host) => {
    expect((await ask('GET', '/', host)).status).toBe(400);
  },
);

test.each(['/api/connectors?__proto__=x', '/api/events?limit=1&%5f_proto%5F_=', '/api/trpc/events.list?__proto__'])(
  'the query of %s, whose field Next would drop, is refused with its name',
  async (path) => {
    const { status, text } = await ask('GET', path);
    const message = 'Unknown field. Remove it, or check its spelling.';
    const issues = [{ path: ['__proto__'], message }];
    expect(status).toBe(400);
    expect(JSON.parse(text)).toEqual({ code: 'VALIDATION', message: `__proto__: ${message}`, issues });
  },
);

test.each([
  ['/connectors?__proto__=x', '/connectors?__proto__=x'],
  ['/api/csp-report?__proto__=x', '/api/csp-report?__proto__=x'],
  ['/api/connectors?search=__proto__', '/api/connectors?search=__proto__'],
  ['/api/connectors?search=%ff', '/api/connectors?search=%ff'],
  ['/api/connectors/?limit=1', '/api/connectors?limit=1'],
  ['/connectors/', '/connectors/'],
  ['/%61pi/%63onnectors/a%2Db%7E?x=%61', '/api/connectors/a-b~?x=%61'],
  ['/api/connectors/%2Fa%C3%A9%20', '/api/connectors/%2Fa%C3%A9%20'],
  ['//evil.example', '//evil.example'],
  ['http://localhost/api/connectors', '/api/connectors'],
])('%s is passed on as %s', async (path, expected) => {
  expect(await ask('GET', path, '[::1]:3000')).toMatchObject({ status: 200, text: expected });
});

test('a refusal that is opened in a browser loads nothing', async () => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/a/%ff', headers: { host: 'localhost' } }, resolve)
      .on('error', reject)
      .end();
  });
  answer.resume();
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
});
