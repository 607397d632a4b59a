-- AlterTable
ALTER TABLE "subscription" ALTER COLUMN "filter" SET DATA TYPE JSON;
