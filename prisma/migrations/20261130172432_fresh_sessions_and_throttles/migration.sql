-- AlterTable
ALTER TABLE "session" ADD COLUMN     "authenticatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
-- A session proved its person when it began, and not when this migration ran.
UPDATE "session" SET "authenticatedAt" = "createdAt";

-- AlterTable
ALTER TABLE "two_factor" ADD COLUMN     "lastUsedStep" INTEGER;

-- CreateTable
CREATE TABLE "identity_throttle" (
    "key" VARCHAR(255) NOT NULL,
    "failures" INTEGER NOT NULL,
    "blocked_until" TIMESTAMPTZ(3) NOT NULL,
    "last_failed_at" TIMESTAMPTZ(3) NOT NULL,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "identity_throttle_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "security_notice" (
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "security_notice_pkey" PRIMARY KEY ("user_id","kind")
);

-- CreateIndex
CREATE INDEX "identity_throttle_last_failed_at_idx" ON "identity_throttle"("last_failed_at");

-- AddForeignKey
ALTER TABLE "security_notice" ADD CONSTRAINT "security_notice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
