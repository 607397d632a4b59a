-- AlterTable
ALTER TABLE "installation" ADD COLUMN     "previous_key_id" TEXT;

-- CreateTable
CREATE TABLE "console_process" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "role" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "key_ids" TEXT[],
    "key_file" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "console_process_pkey" PRIMARY KEY ("id")
);
