-- CreateTable
CREATE TABLE "audit_check" (
    "organization_id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "anchored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "verified_at" TIMESTAMPTZ(3),
    "logged_at" TIMESTAMPTZ(3),
    "logged_position" BIGINT NOT NULL DEFAULT 0,
    "broken" TEXT,
    "broken_at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_check_pkey" PRIMARY KEY ("organization_id")
);
