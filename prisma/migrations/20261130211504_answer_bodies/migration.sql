-- AlterTable
ALTER TABLE "attempt" ADD COLUMN     "response_bytes" INTEGER,
ADD COLUMN     "response_encoding" TEXT;

-- AlterTable
ALTER TABLE "connector_send" ADD COLUMN     "response_bytes" INTEGER,
ADD COLUMN     "response_encoding" TEXT;
