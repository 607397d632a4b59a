import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type AllowList, LOOPBACK_ALLOW_LIST } from '#core/net/public-address.ts';
import { makeCertificate } from '#testing/certificate.ts';
import { startConnectProxy } from '#testing/connect-proxy.ts';
import { closedPort, portOf, startReceiver } from '#testing/receivers.ts';
import { createOutboundHttp } from './outbound-http.ts';

const NOTHING: AllowList = { networks: [], hosts: [] };
const certificate = makeCertificate(['receiver.test', '127.0.0.1']);

const toLoopback = async () => ['127.0.0.1'];
/** Documentation addresses are refused, so this one stands for the public internet; the test proxy leads elsewhere. */
const toPublic = async () => {
  await setImmediate();
  return ['93.184.216.34'];
};

const get = (url: string, allow: AllowList = LOOPBACK_ALLOW_LIST) => ({ url, method: 'GET', allow });

describe('over https', () => {
  test('the name of the URL is what SNI, Host and the certificate are about', async () => {
    await using receiver = await startReceiver(undefined, { certificate });
    const outbound = createOutboundHttp({ resolve: toLoopback, trustedCertificates: [certificate.cert] });
    const result = await outbound.send(get(`https://receiver.test:${receiver.port}/`));
    expect(result).toMatchObject({ ok: true, status: 200, remote_address: '127.0.0.1' });
    expect(receiver.requests[0]).toMatchObject({
      servername: 'receiver.test',
      headers: { host: `receiver.test:${receiver.port}` },
    });
    await outbound.close();
  });

  test('an address in the URL is checked against the certificate', async () => {
    await using receiver = await startReceiver(undefined, { certificate });
    const outbound = createOutboundHttp({ trustedCertificates: [certificate.cert] });
    expect(await outbound.send(get(`https://127.0.0.1:${receiver.port}/`))).toMatchObject({ ok: true });
    await outbound.close();
  });

  test.each([
    ['that nobody vouches for', makeCertificate(['receiver.test']), [], 'self-signed'],
    ['for another name', makeCertificate(['other.test']), 'its own', 'another name'],
    ['that has expired', makeCertificate(['receiver.test'], { expired: true }), 'its own', 'expired'],
  ])('a certificate %s is a tls_error, and nothing is sent', async (_what, bad, trusted, says) => {
    await using receiver = await startReceiver(undefined, { certificate: bad });
    const trustedCertificates = trusted === 'its own' ? [bad.cert] : undefined;
    const outbound = createOutboundHttp({ resolve: toLoopback, trustedCertificates });
    const result = await outbound.send(get(`https://receiver.test:${receiver.port}/`));
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'tls_error' } });
    expect(result.ok ? '' : result.error.message).toContain(says);
    expect(receiver.requests).toHaveLength(0);
    await outbound.close();
  });

  test('a port that speaks plain http is a tls_error', async () => {
    await using receiver = await startReceiver();
    const outbound = createOutboundHttp({});
    const result = await outbound.send(get(`https://127.0.0.1:${receiver.port}/`));
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'tls_error' } });
    await outbound.close();
  });

  test('a port that never greets is a timeout within the connect limit', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const outbound = createOutboundHttp({});
    const result = await outbound.send({ ...get(`https://127.0.0.1:${portOf(server)}/`), connectTimeoutMs: 200 });
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'timeout' } });
    expect(result.ok ? '' : result.error.message).toContain('did not accept the connection within 0.2 s');
    await outbound.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('the next address is dialled when the first takes too long to connect', async () => {
    await using receiver = await startReceiver(undefined, { certificate });
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(receiver.port, '127.0.0.2');
    await once(silent, 'listening');
    const resolve = async () => ['127.0.0.2', '127.0.0.1'];
    const outbound = createOutboundHttp({ resolve, trustedCertificates: [certificate.cert] });
    const result = await outbound.send({ ...get(`https://receiver.test:${receiver.port}/`), connectTimeoutMs: 2_000 });
    expect(result).toMatchObject({ ok: true, status: 200, remote_address: '127.0.0.1' });
    expect(sockets).toHaveLength(1);
    expect(receiver.requests).toHaveLength(1);
    await outbound.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test('a connection that ends during the greeting is a connection_reset', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const outbound = createOutboundHttp({});
    const result = await outbound.send(get(`https://127.0.0.1:${portOf(server)}/`));
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'connection_reset' } });
    await outbound.close();
    server.close();
  });
});

describe('through a proxy', () => {
  test('the proxy is asked for the checked address, and TLS is with the name', async () => {
    await using receiver = await startReceiver(undefined, { certificate });
    await using proxy = await startConnectProxy(receiver.port);
    const outbound = createOutboundHttp({
      httpsProxy: proxy.url,
      noProxy: '',
      resolve: toPublic,
      trustedCertificates: [certificate.cert],
    });
    for (let count = 0; count < 2; count += 1) {
      expect(await outbound.send(get('https://receiver.test/', NOTHING))).toMatchObject({
        ok: true,
        remote_address: '93.184.216.34',
      });
    }
    expect(proxy.asked).toEqual(['93.184.216.34:443']);
    expect(proxy.authorizations).toEqual([undefined]);
    expect(receiver.requests[0]).toMatchObject({ servername: 'receiver.test', headers: { host: 'receiver.test' } });
    await outbound.close();
  });

  test('an IPv6 address is asked for in brackets, and the proxy gets its own credentials', async () => {
    await using receiver = await startReceiver(undefined, { certificate });
    await using proxy = await startConnectProxy(receiver.port);
    const outbound = createOutboundHttp({
      httpsProxy: proxy.url.replace('//', '//user:p%40ss@'),
      resolve: async () => ['2606:4700::1111'],
      trustedCertificates: [certificate.cert],
    });
    expect(await outbound.send(get('https://receiver.test:8443/', NOTHING))).toMatchObject({ ok: true });
    expect(proxy.asked).toEqual(['[2606:4700::1111]:8443']);
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
    expect(receiver.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    await outbound.close();
  });

  test('a private address is refused before the proxy hears of it', async () => {
    await using proxy = await startConnectProxy(1);
    const outbound = createOutboundHttp({ httpsProxy: proxy.url, resolve: async () => ['10.0.0.1'] });
    const result = await outbound.send(get('https://inside.test/', NOTHING));
    expect(result).toMatchObject({ ok: false, error: { code: 'blocked_address' } });
    expect(proxy.asked).toEqual([]);
    await outbound.close();
  });

  test('hosts that NO_PROXY names, loopback and plain http go past it', async () => {
    await using receiver = await startReceiver(undefined, { certificate });
    await using plain = await startReceiver();
    await using proxy = await startConnectProxy(receiver.port);
    const outbound = createOutboundHttp({
      httpsProxy: proxy.url,
      resolve: toLoopback,
      trustedCertificates: [certificate.cert],
    });
    expect(await outbound.send(get(`https://receiver.test:${receiver.port}/`))).toMatchObject({ ok: true });
    expect(await outbound.send(get(`http://receiver.test:${plain.port}/`))).toMatchObject({ ok: true });
    expect(proxy.asked).toEqual([]);
    await outbound.close();
  });

  test('a proxy that refuses is named, with its status', async () => {
    await using proxy = await startConnectProxy(1, 403);
    const outbound = createOutboundHttp({ httpsProxy: proxy.url, resolve: toPublic });
    const result = await outbound.send(get('https://receiver.test/', NOTHING));
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'connection_refused' } });
    expect(result.ok ? '' : result.error.message).toMatch(
      /^The proxy 127\.0\.0\.1:\d+ answered 403 when asked to connect/,
    );
    await outbound.close();
  });

  test('a proxy that is not there is named, without its credentials', async () => {
    const httpsProxy = `http://user:password@127.0.0.1:${await closedPort()}`;
    const outbound = createOutboundHttp({ httpsProxy, resolve: toPublic });
    const result = await outbound.send(get('https://receiver.test/', NOTHING));
    expect(result).toMatchObject({ ok: false, status: null, error: { code: 'connection_refused' } });
    expect(result.ok ? '' : result.error.message).toMatch(/^The proxy 127\.0\.0\.1:\d+ can't be used .*HTTPS_PROXY\.$/);
    expect(JSON.stringify(result)).not.toContain('password');
    await outbound.close();
  });
});
