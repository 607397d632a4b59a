import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AllowList, LOOPBACK_ALLOW_LIST, parseAllowList } from '#core/net/public-address.ts';
import { isWebPort } from '#core/net/web-port.ts';
import { createOutboundHttp } from './outbound/outbound-http.ts';

/** A loopback address of our own: what listens on the machine's usual one is left alone. */
const HOST = '127.9.8.7';
const PORT = 10080;

const outbound = createOutboundHttp({ httpsProxy: undefined, noProxy: '' });
let connections = 0;
const server = createServer((_, response) => response.end('reached')).on('connection', () => {
  connections += 1;
});

beforeAll(() => new Promise<void>((resolve) => server.listen(PORT, HOST, resolve)));
afterAll(async () => {
  await outbound.close();
  server.closeAllConnections();
  server.close();
});

function listOf(text: string): AllowList {
  const parsed = parseAllowList(text);
  if (!parsed.ok) throw new Error(`No list: ${parsed.entry}`);
  return parsed.allow;
}

const send = (allow: AllowList, url = `http://${HOST}:${PORT}/`) =>
  outbound.send({ url, method: 'GET', allow, totalTimeoutMs: 5_000 });

test.each([
  ['local mode', LOOPBACK_ALLOW_LIST],
  ['the network', listOf('127.0.0.0/8')],
  ['the address', listOf(HOST)],
  ['another port of the address', listOf(`${HOST}:25,${HOST}`)],
])('a port that no web server has is refused although %s is allowed, and nobody is dialed', async (_, allow) => {
  const before = connections;
  expect(await send(allow)).toMatchObject({
    ok: false,
    error: {
      code: 'blocked_address',
      message: expect.stringMatching(/^Port 10080 .*add 127\.9\.8\.7:10080 to EGRESS_ALLOW\.$/),
    },
  });
  expect(connections).toBe(before);
});

test.each([`${HOST}:${PORT}`, `127.0.0.0/8:${PORT}`])('EGRESS_ALLOW=%s opens it', async (text) => {
  const before = connections;
  expect(await send(listOf(text))).toMatchObject({ ok: true, status: 200 });
  expect(connections).toBe(before + 1);
});

test('an entry with a port opens nothing else of the host', async () => {
  const allow = listOf(`${HOST}:${PORT}`);
  expect(await send(allow, `http://${HOST}:8080/`)).toMatchObject({ ok: false, error: { code: 'blocked_address' } });
  expect(await send(allow, `http://127.9.8.8:${PORT}/`)).toMatchObject({
    ok: false,
    error: { code: 'blocked_address' },
  });
});

test.each(['22', '25', '5432', '6379', '3306', '27017', '11211', '0'])(
  'port %s is refused of a public host too',
  async (port) => {
    expect(await outbound.check(`https://192.0.2.1:${port}/`, listOf('192.0.2.0/24'))).toMatchObject({
      allowed: false,
      message: expect.stringContaining(`:${port}`),
    });
  },
);

test('ports of web servers stay open', () => {
  for (const port of ['', '80', '443', '3000', '4430', '5678', '8000', '8080', '8443', '9000', '9443', '40000'])
    expect([port, isWebPort(port)]).toEqual([port, true]);
});

test.each(['n8n.internal:5678', 'host:70000', 'host:0443', 'host:', 'host:a', '::1:', '[::1]:99999'])(
  '%s is no entry of EGRESS_ALLOW',
  (entry) => {
    expect(parseAllowList(entry)).toEqual({ ok: false, entry });
  },
);

test('IPv6 takes brackets for a port, and none without', () => {
  expect([...(listOf('[fd00::5]:5432').ports?.keys() ?? [])]).toEqual([5432]);
  expect(listOf('fd00::5,fd00::/8,[fd00::6]').ports).toBeUndefined();
});
