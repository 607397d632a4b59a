-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "tool_calls_per_minute" INTEGER NOT NULL DEFAULT 60;

-- AlterTable
ALTER TABLE "connector" ADD COLUMN     "unknown_statuses" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "connector_send" ADD COLUMN     "provider_id" TEXT;

-- CreateTable
CREATE TABLE "connector_send_status" (
    "send_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "provider_code" INTEGER,

    CONSTRAINT "connector_send_status_pkey" PRIMARY KEY ("send_id","status")
);

-- CreateTable
CREATE TABLE "tool_call" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "face" TEXT NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "arguments" JSONB NOT NULL,
    "ok" BOOLEAN NOT NULL,
    "error_code" TEXT,
    "error_message" TEXT,
    "duration_ms" INTEGER NOT NULL,
    "connector_id" UUID,
    "send_id" UUID,

    CONSTRAINT "tool_call_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "tool_call_organization_id_id_idx" ON "tool_call"("organization_id", "id");

-- CreateIndex
CREATE INDEX "connector_send_connector_id_provider_id_idx" ON "connector_send"("connector_id", "provider_id");

-- AddForeignKey
ALTER TABLE "connector_send_status" ADD CONSTRAINT "connector_send_status_send_id_fkey" FOREIGN KEY ("send_id") REFERENCES "connector_send"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_call" ADD CONSTRAINT "tool_call_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "api_key" ADD CONSTRAINT "api_key_tool_calls_check" CHECK ("tool_calls_per_minute" BETWEEN 1 AND 10000);
ALTER TABLE "tool_call" ADD CONSTRAINT "tool_call_face_check" CHECK ("face" IN ('rest', 'trpc', 'mcp'));
ALTER TABLE "tool_call" ADD CONSTRAINT "tool_call_actor_type_check" CHECK ("actor_type" IN ('user', 'api_key', 'agent', 'system'));
ALTER TABLE "tool_call" ADD CONSTRAINT "tool_call_arguments_check" CHECK (jsonb_typeof("arguments") = 'object');
ALTER TABLE "tool_call" ADD CONSTRAINT "tool_call_ok_check" CHECK ("ok" = ("error_code" IS NULL));
ALTER TABLE "connector_send_status" ADD CONSTRAINT "connector_send_status_status_check" CHECK ("status" ~ '^[a-z_]{1,40}$');
