import { getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCertificate } from '#testing/certificate.ts';
import { startConnectProxy } from '#testing/connect-proxy.ts';
import { startReceiver } from '#testing/receivers.ts';
import { openOutboundFetch } from './outbound-http.ts';

const certificate = makeCertificate(['receiver.test', 'localhost', '127.0.0.1']);

let before: ReturnType<typeof getGlobalDispatcher>;
beforeEach(() => {
  before = getGlobalDispatcher();
});
afterEach(() => setGlobalDispatcher(before));

const open = (httpsProxy?: string, noProxy = '') =>
  openOutboundFetch({ httpsProxy, noProxy, trustedCertificates: [certificate.cert] });

test('without a proxy, fetch stays as it is', async () => {
  const outbound = open();
  expect(getGlobalDispatcher()).toBe(before);
  await outbound.close();
  expect(getGlobalDispatcher()).toBe(before);
});

test('https goes through the proxy by its name, and fetch is as before when it is closed', async () => {
  await using receiver = await startReceiver(undefined, { certificate });
  await using proxy = await startConnectProxy(receiver.port);
  const outbound = open(proxy.url);
  expect(getGlobalDispatcher()).not.toBe(before);
  expect((await fetch('https://receiver.test/path')).status).toBe(200);
  expect(proxy.asked).toEqual(['receiver.test:443']);
  expect(receiver.requests).toMatchObject([{ path: '/path', servername: 'receiver.test' }]);
  await outbound.close();
  expect(getGlobalDispatcher()).toBe(before);
});

test('a host that NO_PROXY names, the network of its address, and plain http go past the proxy', async () => {
  await using receiver = await startReceiver(undefined, { certificate });
  await using plain = await startReceiver();
  await using proxy = await startConnectProxy(1, 403);
  const outbound = open(proxy.url, 'localhost');
  expect((await fetch(`https://localhost:${receiver.port}/`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${plain.port}/`)).status).toBe(200);
  await outbound.close();
  expect(proxy.asked).toEqual([]);
});

test('a proxy that refuses is the reason of the failure', async () => {
  await using proxy = await startConnectProxy(1, 403);
  const outbound = open(proxy.url);
  const failure = await fetch('https://receiver.test/').catch((error: Error) => error.cause);
  expect(failure).toMatchObject({ code: 'connection_refused', side: 'here', message: expect.stringContaining('403') });
  await outbound.close();
});

test('closing leaves another dispatcher that was set meanwhile', async () => {
  await using proxy = await startConnectProxy(1);
  const [one, other] = [open(proxy.url), open(proxy.url)];
  const latest = getGlobalDispatcher();
  await one.close();
  expect(getGlobalDispatcher()).toBe(latest);
  await other.close();
});
