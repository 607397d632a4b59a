-- By trigger, since the sign-in library writes its own tables: nobody gets a new password without a row of the audit log.
CREATE FUNCTION "dataintel".audit_password_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "dataintel"."audit_log"
    ("organization_id", "actor_type", "actor_id", "actor_name", "action", "target_type", "target_id", "target_name", "severity")
  SELECT
    (SELECT m."organizationId" FROM "public"."member" m WHERE m."userId" = u."id" ORDER BY m."createdAt" LIMIT 1),
    'user', u."id", u."name", 'user.password_changed', 'user', u."id", u."email", 'security'
  FROM "public"."user" u WHERE u."id" = NEW."userId";
  RETURN NULL;
END
$$;

CREATE TRIGGER "account_password_is_audited" AFTER UPDATE OF "password" ON "public"."account"
  FOR EACH ROW WHEN (OLD."password" IS DISTINCT FROM NEW."password")
  EXECUTE FUNCTION "dataintel".audit_password_change();
