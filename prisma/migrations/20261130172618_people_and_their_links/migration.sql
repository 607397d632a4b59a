-- AlterTable
ALTER TABLE "verification" ADD COLUMN     "email" TEXT,
ADD COLUMN     "kind" TEXT,
ADD COLUMN     "madeById" TEXT,
ADD COLUMN     "organizationId" TEXT,
ADD COLUMN     "userId" TEXT,
ADD COLUMN     "via" TEXT;

-- CreateIndex
CREATE INDEX "invitation_email_idx" ON "invitation"("email");

-- CreateIndex
CREATE INDEX "verification_userId_idx" ON "verification"("userId");

-- CreateIndex
CREATE INDEX "verification_madeById_idx" ON "verification"("madeById");

-- AddForeignKey
ALTER TABLE "verification" ADD CONSTRAINT "verification_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "verification" ADD CONSTRAINT "verification_madeById_fkey" FOREIGN KEY ("madeById") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What a change ended is in the same row of the audit log as the change: whoever makes it says so in a setting of the
-- transaction, for the triggers write the rows.
CREATE FUNCTION "dataintel".audit_details() RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('honeyframe.audit_details', true), ''), '{}')::jsonb
$$;

CREATE OR REPLACE FUNCTION "dataintel".audit_password_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "dataintel".audit_person(NEW."userId", 'user.password_changed', 'security',
    details => "dataintel".audit_details());
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION "dataintel".audit_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."twoFactorEnabled" IS DISTINCT FROM NEW."twoFactorEnabled" THEN
    PERFORM "dataintel".audit_person(NEW."id",
      CASE WHEN NEW."twoFactorEnabled" THEN 'user.two_factor_enabled' ELSE 'user.two_factor_disabled' END, 'security');
  END IF;
  IF OLD."email" IS DISTINCT FROM NEW."email" THEN
    PERFORM "dataintel".audit_person(NEW."id", 'user.email_changed', 'security',
      details => "dataintel".audit_details() || jsonb_build_object('from', OLD."email", 'to', NEW."email",
        'confirmed', NEW."emailVerified"));
  ELSIF OLD."emailVerified" IS DISTINCT FROM NEW."emailVerified" THEN
    PERFORM "dataintel".audit_person(NEW."id",
      CASE WHEN NEW."emailVerified" THEN 'user.email_confirmed' ELSE 'user.email_unconfirmed' END, 'security');
  END IF;
  RETURN NULL;
END
$$;

DROP TRIGGER "user_change_is_audited" ON "public"."user";

-- Links made before this migration do not say who made them or how they were sent. Whoever needs one makes another.
DELETE FROM "verification";

-- An invitation is as good as the role of whoever made it.
UPDATE "invitation" i SET "status" = 'canceled'
WHERE i."status" = 'pending' AND NOT EXISTS (
  SELECT 1 FROM "member" m
  WHERE m."userId" = i."inviterId" AND m."organizationId" = i."organizationId"
    AND (m."role" = 'owner' OR (m."role" = 'admin' AND i."role" <> 'owner')));

-- Accounts of invitations counted as confirmed whether the link was mailed or shown. Confirmed are those that a provider
-- vouches for, and those whose address was changed by a mailed link.
UPDATE "user" u SET "emailVerified" = false
WHERE u."emailVerified"
  AND NOT EXISTS (SELECT 1 FROM "account" a WHERE a."userId" = u."id" AND a."providerId" <> 'credential')
  AND NOT EXISTS (SELECT 1 FROM "dataintel"."audit_log" l
    WHERE l."action" = 'user.email_changed' AND l."target_id" = u."id" AND l."details"->>'to' = u."email");

CREATE TRIGGER "user_change_is_audited" AFTER UPDATE OF "twoFactorEnabled", "email", "emailVerified" ON "public"."user"
  FOR EACH ROW WHEN (OLD."twoFactorEnabled" IS DISTINCT FROM NEW."twoFactorEnabled"
    OR OLD."email" IS DISTINCT FROM NEW."email" OR OLD."emailVerified" IS DISTINCT FROM NEW."emailVerified")
  EXECUTE FUNCTION "dataintel".audit_user_change();
