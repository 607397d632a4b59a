-- A session's row holds the SHA-256 of what its cookie carries, so that a copy of the database signs nobody in. Sessions
-- that are open stay open.
UPDATE "session" SET "token" = encode(sha256(convert_to("token", 'UTF8')), 'hex');
