import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import { emailSchema, isAscii } from './email.ts';

type Oidc = NonNullable<Platform['config']['oidc']>;

/** The claims of one document: an ID token whose signature was checked, or the provider's userinfo. */
export type Claims = Record<string, unknown>;

/**
 * Who vouches for the address being the person's.
 *
 * - `claim`: the provider states that it has verified the address
 * - `setting`: the provider states nothing, and OIDC_TRUST_EMAIL accepts addresses of this domain in OIDC_DOMAINS
 * - `none`: nobody, or the provider states that the address is not verified
 */
export type AddressProof = 'claim' | 'setting' | 'none';

export type Identity = {
  /** In lower case; undefined if none of the claims contains one. */
  email: string | undefined;
  proof: AddressProof;
  /** What the provider itself states; undefined if it states nothing. */
  verified: boolean | undefined;
};

/**
 * `email_verified` is a JSON boolean (OpenID Connect Core §5.1), and a string from some providers. Any other value does not
 * count as true.
 */
const flag = z.union([
  z.undefined(),
  z.null().transform(() => undefined),
  z.boolean(),
  z.string().transform((text) => text.trim().toLowerCase() === 'true'),
  z.unknown().transform(() => false),
]);

/** Microsoft Entra ID's "the domain owner has verified this address", also given as 1 and "1". */
const edov = z.preprocess((value) => (value === 1 || value === '1' ? true : value), flag);

/** The addresses in a claim: a string, or a list of strings as in Azure AD B2C's `emails`. */
export const addressesOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one.includes('@'));

/** A user name such as `jdoe` is skipped, and so is a guest's `ann_example.org#EXT#@tenant.onmicrosoft.com`. */
const isAddress = (text: string): boolean => isAscii(text) && emailSchema.safeParse(text).success;

/**
 * The address of a person and who vouches for it, from the claims in OIDC_EMAIL_CLAIM, in that order.
 * @param documents the ID token first
 */
export function readIdentity(documents: readonly Claims[], { emailClaims, trustEmail, domains }: Oidc): Identity {
  const given = emailClaims.flatMap((claim) => documents.flatMap((claims) => addressesOf(claims[claim])));
  const address = given.find(isAddress);
  // Some letters of other scripts become ASCII in lower case (such as the Kelvin sign). Addresses with them are not accepted.
  if (address === undefined) return { email: given[0]?.toLowerCase(), proof: 'none', verified: undefined };
  const email = address.toLowerCase();
  const said = documents.map((claims) => verdictOn(claims, email));
  const verified = said.includes(false) ? false : said.includes(true) || undefined;
  const isTrusted = trustEmail && domains.has(email.slice(email.lastIndexOf('@') + 1));
  return { email, verified, proof: verified ? 'claim' : verified === undefined && isTrusted ? 'setting' : 'none' };
}

/**
 * What a document says about an address. `email_verified` and `xms_edov` apply only to the claim `email`: they
 * don't prove a user name. If one of them is false, it counts even without an `email`.
 */
function verdictOn(claims: Claims, address: string): boolean | undefined {
  const says = flag.parse(claims.email_verified) ?? edov.parse(claims.xms_edov);
  const about = typeof claims.email === 'string' ? claims.email.toLowerCase() : undefined;
  if (about === address) return says;
  return about === undefined && says === false ? false : undefined;
}
