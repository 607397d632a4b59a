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
 * What the sign-in library is about to store of a provider's tokens, without them: nobody here calls the provider in a
 * person's name, and whoever reads the database must not be able to. Of the ID token the claims that are read stay, in a
 * token without a signature, which proves nothing to anybody.
 * @returns what to store instead of the given fields; a field that was not given is not in it.
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
