-- Nobody reads a provider's tokens but two claims of the ID token. Without its signature it proves nothing; the next sign-in
-- leaves the two claims alone.
UPDATE "account"
  SET "accessToken" = NULL, "refreshToken" = NULL, "accessTokenExpiresAt" = NULL, "refreshTokenExpiresAt" = NULL,
    "idToken" = '.' || split_part("idToken", '.', 2) || '.'
  WHERE "accessToken" IS NOT NULL OR "refreshToken" IS NOT NULL OR "idToken" IS NOT NULL;
