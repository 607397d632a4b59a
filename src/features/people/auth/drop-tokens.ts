type Tokens = {
  accessToken?: string | null;
  refreshToken?: string | null;
  idToken?: string | null;
  accessTokenExpiresAt?: Date | null;
  refreshTokenExpiresAt?: Date | null;
};

/** The claims of an ID token that are read later: whose identity it is, and when its person signed in. */
const READ = ['iss', 'auth_time'];

/**
 * Removes a provider's tokens from what the sign-in library is about to store: nothing here calls the provider in a
 * person's name, and nobody who reads the database must be able to. Of the ID token, only the claims that are read
 * remain, in a token without a signature, which proves nothing.
 * @returns what to store instead of the given fields; it contains no field that was not given.
 */
export function withoutTokens(given: Tokens): Tokens {
  const kept: Tokens = {};
  for (const name of ['accessToken', 'refreshToken', 'accessTokenExpiresAt', 'refreshTokenExpiresAt'] as const)
    if (name in given) kept[name] = null;
  if (given.idToken) kept.idToken = claimsOnly(given.idToken);
  return kept;
}

function claimsOnly(idToken: string): string {
  const claims: unknown = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString() || '{}');
  const read = Object.fromEntries(Object.entries(Object(claims)).filter(([name]) => READ.includes(name)));
  return ['', Buffer.from(JSON.stringify(read)).toString('base64url'), ''].join('.');
}
