import { z } from 'zod';
import { storable } from '#core/text/storable-text.ts';
import type { Platform } from '#platform/scope.ts';
import { providerDocument } from './provider-document.ts';
import { addressesOf, type Claims, type Identity, readIdentity } from './read-identity.ts';

type Oidc = NonNullable<Platform['config']['oidc']>;

type Tokens = { idToken?: string | undefined; accessToken?: string | undefined };

const claimsSchema = z.record(z.string(), z.unknown());

/**
 * The person as their provider describes them, for the sign-in library. The library itself rejects an ID token without
 * `email`, and treats an address as unverified if the token says nothing about it.
 * @param tokens whose ID token the library has verified
 */
export async function providerProfile(platform: Platform, oidc: Oidc, tokens: Tokens) {
  const token = claimsOf(tokens.idToken);
  const { sub, name, picture } = token;
  if (typeof sub !== 'string') return null;
  const fromToken = readIdentity([token], oidc);
  const isComplete =
    oidc.emailClaims.slice(0, 1).some((claim) => addressesOf(token[claim]).length > 0) &&
    fromToken.verified !== undefined;
  const userinfo = isComplete ? null : await readUserinfo(platform, oidc, tokens.accessToken, sub);
  const identity = userinfo ? readIdentity([token, userinfo], oidc) : fromToken;
  warnOf(platform, oidc, identity, [...new Set([...Object.keys(token), ...Object.keys(userinfo ?? {})])]);
  const { email, proof } = identity;
  const called = [name, userinfo?.name].find((one) => typeof one === 'string' && one.trim());
  const image = [picture, userinfo?.picture].find((one) => typeof one === 'string');
  return {
    id: sub,
    sub,
    email,
    emailVerified: proof !== 'none',
    name: typeof called === 'string' ? storable(called.trim().slice(0, 80)) : String(email).split('@', 1)[0],
    image: typeof image === 'string' ? image : undefined,
    address_proof: proof,
  };
}

/** The claims of a token whose signature was checked. */
export function claimsOf(token: string | null | undefined): Claims {
  const [, payload] = token?.split('.') ?? [];
  return payload ? claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString())) : {};
}

/**
 * The provider's userinfo; null if there was no response, or if it is about another person (OpenID Connect Core §5.3.2).
 */
async function readUserinfo(
  platform: Platform,
  { issuer }: Oidc,
  accessToken: string | undefined,
  sub: string,
): Promise<Claims | null> {
  const discovery = await providerDocument(platform, `${issuer}/.well-known/openid-configuration`);
  const url = z.url().safeParse(discovery?.userinfo_endpoint).data;
  if (!url || !accessToken) return null;
  const userinfo = await providerDocument(platform, url, accessToken);
  return userinfo?.sub === sub ? userinfo : null;
}

/**
 * Logs why an address is not accepted, and what helps, for the console's operator. Names claims, but not their
 * values.
 */
function warnOf({ log }: Platform, { trustEmail }: Oidc, { email, proof, verified }: Identity, claims: string[]): void {
  if (proof !== 'none') return;
  const details = { part: 'sign-in', claims: claims.slice(0, 50), domain: email?.slice(email.lastIndexOf('@') + 1) };
  if (email === undefined)
    log.warn(
      details,
      'The provider sent no e-mail address. In the provider’s registration of this console, add the claim email to the ID token, or list the claims that contain the address in OIDC_EMAIL_CLAIM, such as email,preferred_username,upn.',
    );
  else if (verified === false)
    log.warn(details, 'The provider marks an e-mail address as unverified. The person must verify it there.');
  else if (trustEmail)
    log.warn(
      details,
      'The provider does not say whether an e-mail address is verified, and OIDC_TRUST_EMAIL only covers ASCII addresses of the domains in OIDC_DOMAINS.',
    );
  else
    log.warn(
      details,
      'The provider does not say whether an e-mail address is verified. Configure it to send email_verified (Microsoft Entra ID: the optional claim xms_edov). If only its administrators decide which addresses people have, you can set OIDC_TRUST_EMAIL=on instead.',
    );
}
