-- DropIndex
DROP INDEX "attempt_delivery_id_id_idx";

-- AlterTable
ALTER TABLE "attempt" DROP CONSTRAINT "attempt_pkey",
ADD CONSTRAINT "attempt_pkey" PRIMARY KEY ("delivery_id", "id");
