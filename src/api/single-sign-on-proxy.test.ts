import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { makeCertificate } from '#testing/certificate.ts';
import { type ConnectProxy, startConnectProxy } from '#testing/connect-proxy.ts';
import { signInAtProvider, startOidcProvider } from '#testing/oidc-provider.ts';
import { cookieOf, createTestOrganization, createTestPlatform, postAuth, TEST_ORIGIN } from '#testing/test-platform.ts';
import { startTlsFront, type TlsFront } from '#testing/tls-front.ts';
import { handleAuth } from './auth.ts';

/** A name that only the proxy resolves. */
const ISSUER = 'https://login.acme.example';
const people = new Map([['grace', { email: 'grace@acme.example', name: 'Grace Hopper', email_verified: true }]]);

const trusted = tls.getCACertificates('default');
let provider: Awaited<ReturnType<typeof startOidcProvider>>;
let front: TlsFront;
let proxy: ConnectProxy;
let platform: OpenPlatform;
beforeAll(async () => {
  const certificate = makeCertificate(['login.acme.example', 'localhost']);
  tls.setDefaultCACertificates([...trusted, certificate.cert]);
  provider = await startOidcProvider(people, { publicIssuer: ISSUER });
  front = await startTlsFront(provider.port, certificate);
  proxy = await startConnectProxy(Number(new URL(front.url).port));
});
afterAll(async () => {
  tls.setDefaultCACertificates(trusted);
  await proxy.close();
  await front.close();
  await provider[Symbol.asyncDispose]();
});
afterEach(() => platform.close());

async function withProxy(settings: Record<string, string>) {
  proxy.asked.length = 0;
  proxy.authorizations.length = 0;
  front.passed.length = 0;
  platform = await createTestPlatform({ ...provider.env, OIDC_DOMAINS: 'acme.example=acme', ...settings });
  const organization = await createTestOrganization(platform);
  await platform.database.organization.update({ where: { id: organization.id }, data: { slug: 'acme' } });
  return postAuth(platform, '/sign-in/social', { callbackURL: '/webhooks' });
}

const withCredentials = () => proxy.url.replace('//', '//desk:s%40cret@');

describe('single sign-on where only HTTPS_PROXY leads outside', () => {
  test('asks the provider for discovery, keys and tokens through it, by name and with its credentials, and signs in', async () => {
    const answer = await withProxy({ HTTPS_PROXY: withCredentials() });
    expect(answer.status).toBe(200);
    const { url } = (await answer.json()) as { url: string };
    // The browser has a way of its own to the provider.
    const back = await signInAtProvider(url.replace(ISSUER, front.url), 'grace');
    const location = back.replace(/^https?:\/\/[^/]+/, TEST_ORIGIN);
    const headers = { host: new URL(TEST_ORIGIN).host, cookie: cookieOf(answer), 'sec-fetch-site': 'cross-site' };
    const done = await handleAuth(platform, new Request(location, { headers }));
    expect([done.status, done.headers.get('location')]).toEqual([302, '/webhooks']);
    expect(await platform.database.user.count({ where: { email: 'grace@acme.example' } })).toBe(1);
    const ours = front.passed.filter(({ headers: { host } }) => host === 'login.acme.example').map(({ path }) => path);
    expect(ours).toEqual(expect.arrayContaining(['/.well-known/openid-configuration', '/jwks', '/token']));
    expect(new Set(proxy.asked)).toEqual(new Set(['login.acme.example:443']));
    expect(new Set(proxy.authorizations)).toEqual(new Set([`Basic ${Buffer.from('desk:s@cret').toString('base64')}`]));
  });

  test('goes past it for hosts that NO_PROXY names', async () => {
    const answer = await withProxy({ HTTPS_PROXY: proxy.url, NO_PROXY: '.acme.example' });
    // Nobody here resolves the name, and the proxy was not asked.
    expect(answer.status).not.toBe(200);
    expect(proxy.asked).toEqual([]);
    expect(front.passed).toEqual([]);
  });

  test('fails when the proxy refuses, and never goes past it', async () => {
    await using refusing = await startConnectProxy(1, 403);
    const answer = await withProxy({ HTTPS_PROXY: refusing.url });
    expect(answer.status).not.toBe(200);
    expect(new Set(refusing.asked)).toEqual(new Set(['login.acme.example:443']));
    expect(front.passed).toEqual([]);
  });
});
