-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "requireTwoFactor" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "user" ADD COLUMN     "twoFactorEnabled" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "two_factor" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "backupCodes" TEXT NOT NULL,
    "verified" BOOLEAN NOT NULL DEFAULT true,
    "failedVerificationCount" INTEGER NOT NULL DEFAULT 0,
    "lockedUntil" TIMESTAMPTZ(3),

    CONSTRAINT "two_factor_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "two_factor_userId_key" ON "two_factor"("userId");

-- AddForeignKey
ALTER TABLE "two_factor" ADD CONSTRAINT "two_factor_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- By trigger, since the sign-in library writes its own tables: what happens to an account is in the audit log of the
-- organization that its person has been in longest.
CREATE FUNCTION "dataintel".audit_person(
  user_id text, action text, severity text, ip text DEFAULT NULL, user_agent text DEFAULT NULL, details jsonb DEFAULT '{}'
) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "dataintel"."audit_log"
    ("organization_id", "actor_type", "actor_id", "actor_name", "action", "target_type", "target_id", "target_name",
     "severity", "ip", "user_agent", "details")
  SELECT
    (SELECT m."organizationId" FROM "public"."member" m WHERE m."userId" = u."id" ORDER BY m."createdAt" LIMIT 1),
    'user', u."id", u."name", action, 'user', u."id", u."email", severity, ip, user_agent, details
  FROM "public"."user" u WHERE u."id" = user_id
$$;

CREATE FUNCTION "dataintel".audit_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."twoFactorEnabled" IS DISTINCT FROM NEW."twoFactorEnabled" THEN
    PERFORM "dataintel".audit_person(NEW."id",
      CASE WHEN NEW."twoFactorEnabled" THEN 'user.two_factor_enabled' ELSE 'user.two_factor_disabled' END, 'security');
  END IF;
  IF OLD."email" IS DISTINCT FROM NEW."email" THEN
    PERFORM "dataintel".audit_person(NEW."id", 'user.email_changed', 'security',
      details => jsonb_build_object('from', OLD."email", 'to', NEW."email"));
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "user_change_is_audited" AFTER UPDATE OF "twoFactorEnabled", "email" ON "public"."user"
  FOR EACH ROW WHEN (OLD."twoFactorEnabled" IS DISTINCT FROM NEW."twoFactorEnabled" OR OLD."email" IS DISTINCT FROM NEW."email")
  EXECUTE FUNCTION "dataintel".audit_user_change();

CREATE FUNCTION "dataintel".audit_two_factor_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."verified" AND NEW."backupCodes" <> OLD."backupCodes" THEN
    PERFORM "dataintel".audit_person(NEW."userId", 'user.recovery_codes_changed', 'security');
  END IF;
  IF NEW."failedVerificationCount" > OLD."failedVerificationCount" THEN
    PERFORM "dataintel".audit_person(NEW."userId", 'session.two_factor_failed', 'security',
      details => jsonb_build_object('failures', NEW."failedVerificationCount"));
  END IF;
  IF NEW."lockedUntil" > coalesce(OLD."lockedUntil", '-infinity') THEN
    PERFORM "dataintel".audit_person(NEW."userId", 'session.two_factor_locked', 'security',
      details => jsonb_build_object('until', NEW."lockedUntil"));
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "two_factor_change_is_audited" AFTER UPDATE ON "public"."two_factor"
  FOR EACH ROW EXECUTE FUNCTION "dataintel".audit_two_factor_change();

CREATE FUNCTION "dataintel".audit_identity_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM "dataintel".audit_person(NEW."userId", 'user.identity_linked', 'security',
      details => jsonb_build_object('provider', NEW."providerId"));
  ELSE
    PERFORM "dataintel".audit_person(OLD."userId", 'user.identity_unlinked', 'security',
      details => jsonb_build_object('provider', OLD."providerId"));
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER "account_link_is_audited" AFTER INSERT ON "public"."account"
  FOR EACH ROW WHEN (NEW."providerId" <> 'credential') EXECUTE FUNCTION "dataintel".audit_identity_change();

CREATE TRIGGER "account_unlink_is_audited" AFTER DELETE ON "public"."account"
  FOR EACH ROW WHEN (OLD."providerId" <> 'credential') EXECUTE FUNCTION "dataintel".audit_identity_change();

CREATE FUNCTION "dataintel".audit_session_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "dataintel".audit_person(NEW."userId", 'session.started', 'info', NEW."ipAddress", nullif(NEW."userAgent", ''));
  RETURN NULL;
END
$$;

CREATE TRIGGER "session_start_is_audited" AFTER INSERT ON "public"."session"
  FOR EACH ROW EXECUTE FUNCTION "dataintel".audit_session_start();
