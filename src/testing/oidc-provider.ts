import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

const DISCOVERY = '/.well-known/openid-configuration';

/** What the provider says of a person: it has verified the address unless it says otherwise; a claim that is null is left out. */
type Person = { email?: string; name: string; email_verified?: boolean | string | null } & Record<string, unknown>;

/**
 * A real OpenID Connect provider on loopback (the certified `oidc-provider`), with its own pages to sign in and consent.
 * Whoever signs in as a login of `people` is that person.
 * @param namesAuthTime whether discovery names `auth_time` among the claims
 * @param claimsIn where the claims are: in the ID token, too, or as the specification has it, in the userinfo alone
 * @param publicIssuer its address behind a reverse proxy, which tells it by `X-Forwarded-Proto` and `Host`
 */
export async function startOidcProvider(
  people: ReadonlyMap<string, Person>,
  {
    namesAuthTime = true,
    claimsIn = 'id_token',
    publicIssuer,
  }: { namesAuthTime?: boolean; claimsIn?: 'id_token' | 'userinfo'; publicIssuer?: string } = {},
) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const issuer = publicIssuer ?? `http://127.0.0.1:${port}`;
  const client = { client_id: 'honeyframe', client_secret: randomBytes(24).toString('base64url') };
  const provider = new Provider(issuer, {
    clients: [
      { ...client, redirect_uris: ['http://127.0.0.1/api/auth/callback/oidc'], grant_types: ['authorization_code'] },
    ],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified', 'emails', 'xms_edov'],
      profile: ['name', 'preferred_username', 'upn'],
    },
    conformIdTokenClaims: claimsIn === 'userinfo',
    pkce: { required: () => true },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...given({ email_verified: true, ...people.get(id) }) }),
    }),
  });
  provider.proxy = publicIssuer !== undefined;
  // The console's port is not known before it starts.
  provider.Client.prototype.redirectUriAllowed = (uri: string) => uri.endsWith('/api/auth/callback/oidc');
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (namesAuthTime || request.url !== DISCOVERY) {
      void handle(request, response);
      return;
    }
    void discoveryWithoutAuthTime(issuer).then((text) =>
      response.setHeader('content-type', 'application/json').end(text),
    );
  });
  return {
    issuer,
    port,
    env: { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: client.client_id, OIDC_CLIENT_SECRET: client.client_secret },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const given = (claims: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));

async function discoveryWithoutAuthTime(issuer: string): Promise<string> {
  const whole = (await (await fetch(`${issuer}${DISCOVERY}?whole`)).json()) as { claims_supported: string[] };
  return JSON.stringify({
    ...whole,
    claims_supported: whole.claims_supported.filter((claim) => claim !== 'auth_time'),
  });
}

/**
 * Goes through the provider's pages as somebody who signs in and consents.
 * @param address where the console sent the browser
 * @param jar the cookies of a browser that was there before
 * @returns where the provider sends it back to
 */
export async function signInAtProvider(
  address: string,
  login: string,
  jar = new Map<string, string>(),
): Promise<string> {
  const { origin } = new URL(address);
  let at = address;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 12; step += 1) {
    const answer = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1);
      const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    form = undefined;
    if (location) {
      at = new URL(location, at).href;
      if (!at.startsWith(origin)) return at;
      continue;
    }
    const page = await answer.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    const action = /action="([^"]+)"/.exec(page)?.[1];
    if (!prompt || !action) throw new Error(`The provider shows no form: ${page.slice(0, 500)}`);
    at = new URL(action, at).href;
    form = new URLSearchParams(prompt === 'login' ? { prompt, login, password: 'any' } : { prompt });
  }
  throw new Error('The provider sends the browser round and round.');
}
