import { isIP } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type AllowList, LOOPBACK_ALLOW_LIST, parseAllowList } from '#core/net/public-address.ts';
import { json, redirect } from '#testing/receiver-answers.ts';
import { startReceiver } from '#testing/receivers.ts';
import { createOutboundHttp } from './outbound-http.ts';
import { checkTarget, refusedPort, resolveBySystem } from './target.ts';

const NOTHING: AllowList = { networks: [], hosts: [] };

function allowing(text: string): AllowList {
  const parsed = parseAllowList(text);
  if (!parsed.ok) throw new Error(`${parsed.entry} is no entry`);
  return parsed.allow;
}

/** Names as a test says they are, looked up as the system does: not at once. `asked` has every look-up. */
function openWith(names: Record<string, string[][]>) {
  const asked: string[] = [];
  const resolve = async (hostname: string) => {
    const answers = names[hostname];
    if (!answers) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    const nth = asked.filter((name) => name === hostname).length;
    asked.push(hostname);
    await setImmediate();
    return answers[Math.min(nth, answers.length - 1)] ?? [];
  };
  const check = (url: string, allow: AllowList) => checkTarget(url, allow, resolve, 5_000);
  return { outbound: createOutboundHttp({ resolve }), check, asked };
}

const post = (url: string, allow: AllowList) => ({ url, method: 'POST', body: '{}', allow });

/** The loopback address in every way that a URL may write it, and in the IPv6 forms that carry it. */
const spellings = (port: number) => [
  `https://127.0.0.1:${port}/`,
  `https://2130706433:${port}/`,
  `https://0x7f000001:${port}/`,
  `https://017700000001:${port}/`,
  `https://0x7f.0.0.1:${port}/`,
  `https://0177.0.0.01:${port}/`,
  `https://127.1:${port}/`,
  `https://127.0.0.1.:${port}/`,
  `https://%31%32%37.0.0.1:${port}/`,
  `https://１２７.0.0.1:${port}/`,
  `https://[::1]:${port}/`,
  `https://[::ffff:127.0.0.1]:${port}/`,
  `https://[::ffff:7f00:1]:${port}/`,
  `https://[0:0:0:0:0:ffff:7f00:0001]:${port}/`,
  `https://[::127.0.0.1]:${port}/`,
  `https://[64:ff9b::127.0.0.1]:${port}/`,
  `https://[64:ff9b:1::127.0.0.1]:${port}/`,
  `https://[2002:7f00:1::]:${port}/`,
];

describe('a URL whose host is an address', () => {
  test('is refused in every spelling of a private address, and nothing connects', async () => {
    await using receiver = await startReceiver();
    const { outbound, asked } = openWith({});
    for (const url of spellings(receiver.port)) {
      const result = await outbound.send(post(url, NOTHING));
      expect(result, url).toMatchObject({ ok: false, status: null, error: { code: 'blocked_address' } });
    }
    expect(receiver.connections()).toBe(0);
    expect(asked).toEqual([]);
    await outbound.close();
  });

  test('is requested when it is allowed', async () => {
    await using receiver = await startReceiver();
    const { outbound } = openWith({});
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]']) {
      const result = await outbound.send(post(`http://${host}:${receiver.port}/`, allowing('127.0.0.0/8')));
      expect(result, host).toMatchObject({ ok: true, status: 200 });
    }
    expect(receiver.requests).toHaveLength(4);
    await outbound.close();
  });

  test('gets the rule that refused each address', async () => {
    const { outbound } = openWith({});
    const result = await outbound.send(post('https://169.254.169.254/latest/meta-data', NOTHING));
    expect(result).toMatchObject({
      error: {
        code: 'blocked_address',
        message:
          '169.254.169.254 is cloud metadata (169.254.169.254), which is not allowed. Use a public address, or add this one to EGRESS_ALLOW.',
      },
    });
  });
});

describe('a URL whose host is a name', () => {
  test('is refused when any of its addresses is, and the message names that one', async () => {
    const { outbound } = openWith({ 'mixed.test': [['93.184.216.34', '10.0.0.5', '2606:4700::1']] });
    const result = await outbound.send(post('https://mixed.test/secret-path?token=abc', NOTHING));
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'blocked_address' } });
    const message = result.ok ? '' : result.error.message;
    expect(message).toContain('mixed.test is 10.0.0.5, which is private (10.0.0.0/8)');
    expect(message).not.toMatch(/secret-path|abc/);
  });

  test('is looked up once, and the address that was checked is the one that is dialled', async () => {
    await using receiver = await startReceiver();
    const { outbound, asked } = openWith({ 'rebinding.test': [['127.0.0.1'], ['10.0.0.1']] });
    const result = await outbound.send(post(`http://rebinding.test:${receiver.port}/`, LOOPBACK_ALLOW_LIST));
    expect(result).toMatchObject({ ok: true, remote_address: '127.0.0.1' });
    expect(asked).toEqual(['rebinding.test']);
    expect(receiver.requests[0]?.headers.host).toBe(`rebinding.test:${receiver.port}`);
    await outbound.close();
  });

  test('is judged anew for each send, so an open connection is not used once its name leads elsewhere', async () => {
    await using receiver = await startReceiver();
    const { outbound } = openWith({ 'rebinding.test': [['127.0.0.1'], ['127.0.0.1'], ['10.0.0.1']] });
    const send = () => outbound.send(post(`http://rebinding.test:${receiver.port}/`, LOOPBACK_ALLOW_LIST));
    expect(await send()).toMatchObject({ ok: true });
    expect(await send()).toMatchObject({ ok: true });
    expect(receiver.connections()).toBe(1);
    expect(await send()).toMatchObject({ ok: false, error: { code: 'blocked_address' } });
    expect(receiver.requests).toHaveLength(2);
    await outbound.close();
  });

  test('is not reached over a connection that another caller was allowed to open', async () => {
    await using receiver = await startReceiver();
    const { outbound } = openWith({ 'inside.test': [['127.0.0.1']] });
    const url = `http://inside.test:${receiver.port}/`;
    expect(await outbound.send(post(url, LOOPBACK_ALLOW_LIST))).toMatchObject({ ok: true });
    expect(await outbound.send(post(url, NOTHING))).toMatchObject({ ok: false, error: { code: 'blocked_address' } });
    expect(receiver.requests).toHaveLength(1);
    await outbound.close();
  });

  test('is allowed by its name alone: another name with the same address is refused, whichever is asked for first', async () => {
    const { check } = openWith({ 'n8n.internal': [['127.0.0.1']], 'other.internal': [['127.0.0.1']] });
    for (const order of [
      ['n8n.internal', 'other.internal'],
      ['other.internal', 'n8n.internal'],
    ]) {
      const allow = allowing('n8n.internal');
      for (const name of order)
        expect(await check(`https://${name}/`, allow)).toMatchObject({ ok: name === 'n8n.internal' });
    }
  });

  test('reaches whatever it resolves to when the allow list has the name', async () => {
    await using receiver = await startReceiver();
    const { outbound } = openWith({ 'n8n.internal': [['127.0.0.1']] });
    const result = await outbound.send(post(`http://n8n.internal:${receiver.port}/`, allowing('n8n.internal')));
    expect(result).toMatchObject({ ok: true });
    await outbound.close();
  });

  test.each([[[]], [['not an address']], [['127.0.0.1', 'fe80::1%lo']]])(
    'that resolves to %j is not reached',
    async (addresses) => {
      const { outbound } = openWith({ 'odd.test': [addresses] });
      const result = await outbound.send(post('https://odd.test/', LOOPBACK_ALLOW_LIST));
      expect(result).toMatchObject({ ok: false, status: null });
      await outbound.close();
    },
  );

  test('that does not exist is a dns_error', async () => {
    const outbound = createOutboundHttp({});
    const result = await outbound.send(post('https://no-such-host.invalid/x', NOTHING));
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'dns_error' } });
    expect(result.ok ? '' : result.error.message).toContain('no-such-host.invalid');
    await outbound.close();
  });

  test('whose look-up does not end is a dns_error within the connect limit', async () => {
    const outbound = createOutboundHttp({ resolve: () => new Promise<never>(() => {}) });
    const result = await outbound.send({ ...post('https://slow-dns.test/', NOTHING), connectTimeoutMs: 50 });
    expect(result).toMatchObject({ ok: false, error: { code: 'dns_error' } });
    expect(result.ok ? '' : result.error.message).toContain('ETIMEOUT');
    await outbound.close();
  });

  test('is dialled at its next address when the first takes no connection', async () => {
    await using receiver = await startReceiver();
    const { outbound } = openWith({ 'two.test': [['::1', '127.0.0.1']] });
    const send = () => outbound.send(post(`http://two.test:${receiver.port}/`, LOOPBACK_ALLOW_LIST));
    expect(await send()).toMatchObject({ ok: true, remote_address: '127.0.0.1' });
    expect(await send()).toMatchObject({ ok: true, remote_address: '127.0.0.1' });
    expect(receiver.connections()).toBe(1);
    await outbound.close();
  });
});

test('the system gives all addresses of a name', async () => {
  const addresses = await resolveBySystem('localhost');
  expect(addresses.length).toBeGreaterThan(0);
  expect(addresses.every((address) => isIP(address) !== 0)).toBe(true);
});

describe('a port that no web server has is refused before the name is looked up', () => {
  test.each([
    ['https://mail.test:25/', '', true],
    ['https://mail.test/', '', false],
    ['https://mail.test:8443/', '', false],
    ['https://mail.test:25/', 'mail.test:25', false],
    ['https://mail.test:25/', 'other.test:25', true],
    ['https://mail.test:25/', 'mail.test:110', true],
    ['https://mail.test:25/', '10.0.0.0/8:25', false],
    ['https://10.0.0.1:25/', '10.0.0.0/8:25', false],
    ['https://192.168.0.1:25/', '10.0.0.0/8:25', true],
    ['not a url', '', false],
  ])('%s with EGRESS_ALLOW=%s: %s', (url, allow, isRefused) => {
    expect(refusedPort(url, allow === '' ? NOTHING : allowing(allow))).toEqual(
      isRefused ? expect.stringContaining('ort 25 ') : null,
    );
  });
});

describe('a URL is refused before anything is looked up', () => {
  test.each([
    'ftp://93.184.216.34/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:password@example.test/',
    'https://user@example.test/',
    'not a url',
    '',
    'https://',
    'https://1.2.3.4.5/',
    'https://[fe80::1%25eth0]/',
  ])('when it is %j', async (url) => {
    const { outbound, asked } = openWith({ 'example.test': [['93.184.216.34']] });
    const result = await outbound.send(post(url, NOTHING));
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'blocked_address' } });
    expect(JSON.stringify(result)).not.toContain('password@');
    expect(asked).toEqual([]);
  });
});

describe('plain http', () => {
  test('is refused to a public host', async () => {
    const { outbound } = openWith({ 'example.test': [['93.184.216.34']] });
    const result = await outbound.send(post('http://example.test/path', NOTHING));
    expect(result).toMatchObject({ ok: false, error: { code: 'blocked_address' } });
    expect(result.ok ? '' : result.error.message).toMatch(/^Plain http to example\.test is not allowed/);
  });

  test('is allowed to what the allow list names, and only when it names every address', async () => {
    const { check } = openWith({ 'example.test': [['93.184.216.34', '93.184.216.35']] });
    const checkWith = (text: string) => check('http://example.test/', allowing(text));
    expect(await checkWith('93.184.216.0/24')).toMatchObject({ ok: true });
    expect(await checkWith('example.test')).toMatchObject({ ok: true });
    expect(await checkWith('93.184.216.34')).toMatchObject({ ok: false });
  });
});

describe('a redirect', () => {
  test('to a private address is handed back, not followed', async () => {
    await using inside = await startReceiver();
    await using receiver = await startReceiver(redirect(`${inside.url}/admin`));
    const { outbound } = openWith({});
    const result = await outbound.send(post(`${receiver.url}/`, LOOPBACK_ALLOW_LIST));
    expect(result).toMatchObject({ ok: true, status: 302 });
    expect(result.headers).toContainEqual(['location', `${inside.url}/admin`]);
    expect(inside.connections()).toBe(0);
    await outbound.close();
  });
});

describe('a check of a URL', () => {
  test('explains every address, and connects to none', async () => {
    await using receiver = await startReceiver(json({}));
    const { check } = openWith({ 'mixed.test': [['127.0.0.1', '93.184.216.34']] });
    const url = `https://mixed.test:${receiver.port}/secret`;
    expect(await check(url, NOTHING)).toMatchObject({
      ok: false,
      host: `mixed.test:${receiver.port}`,
      addresses: [
        { address: '127.0.0.1', allowed: false, rule: 'loopback (127.0.0.0/8)' },
        { address: '93.184.216.34', allowed: true, rule: 'public' },
      ],
      failure: { message: expect.stringContaining('127.0.0.1') },
    });
    expect(await check(url, LOOPBACK_ALLOW_LIST)).toMatchObject({
      ok: true,
      host: `mixed.test:${receiver.port}`,
      addresses: [
        { address: '127.0.0.1', allowed: true, rule: 'loopback (127.0.0.0/8), allowed in local mode' },
        { address: '93.184.216.34', allowed: true, rule: 'public' },
      ],
    });
    expect(receiver.connections()).toBe(0);
  });

  test('gives the reason for a name that does not exist and for what is no URL', async () => {
    const { check } = openWith({});
    expect(await check('https://gone.test/', NOTHING)).toMatchObject({
      ok: false,
      host: 'gone.test',
      addresses: [],
      failure: { message: 'The host name gone.test has no address. Check its spelling.' },
    });
    expect(await check('gone.test', NOTHING)).toMatchObject({ ok: false, host: '', addresses: [] });
  });
});
