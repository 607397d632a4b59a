-- The field's word for it; the values stay.
ALTER TABLE "public"."identity_throttle" RENAME COLUMN "told_at" TO "notified_at";
